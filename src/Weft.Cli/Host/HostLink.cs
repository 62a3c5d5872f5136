using System.Net;
using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>The host's end of a workload's pair of interfaces. Its alias ("weft 10.77.0.12 shop/cart-1") says whose it is, in <c>ip link</c> as well.</summary>
internal sealed record HostLink(string Name, IPAddress? Address, string? Workload)
{
    private const string Word = "weft";

    public static string AliasOf(IPAddress address, string workload) => $"{Word} {address} {workload}";

    public static HostLink Read(JsonElement link)
    {
        string name = link.GetProperty("ifname").GetString()!;
        string[] words = link.TryGetProperty("ifalias", out JsonElement alias) ? alias.GetString()!.Split(' ') : [];
        return words.Length == 3 && words[0] == Word && IPAddress.TryParse(words[1], out IPAddress? address)
            ? new HostLink(name, address, words[2])
            : new HostLink(name, null, null);
    }
}
