using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>Calls <c>nft</c> inside a namespace.</summary>
internal static class Nft
{
    /// <summary>Applies a script: all of it or, with an error, nothing.</summary>
    public static async Task ApplyAsync(NetworkNamespace netns, string script, CancellationToken cancel)
    {
        HostCommandResult result = await netns.TryRunAsync(["nft", "-f", "-"], cancel, script);
        if (!result.Ok)
        {
            throw HostErrors.Fail(HostErrors.CommandFailed, $"nft refused the rules in {netns}: {result.Error}", "the kernel may lack NAT or cgroup matching for nftables", "weft check");
        }
    }

    /// <summary>The names of the tables for both families of IP.</summary>
    public static async Task<IReadOnlyList<string>> TablesAsync(NetworkNamespace netns, CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(await netns.RunAsync(["nft", "-j", "list", "tables"], cancel));
        return [.. document.RootElement.GetProperty("nftables").EnumerateArray()
            .Where(o => o.TryGetProperty("table", out JsonElement t) && t.GetProperty("family").GetString() == "inet")
            .Select(o => o.GetProperty("table").GetProperty("name").GetString()!)];
    }
}
