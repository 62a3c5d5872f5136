using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.Cli.Host;

/// <summary>
/// What Weft calls its things on this machine. Everything that it makes carries <see cref="Prefix"/>, so that it can be found and removed with no memory of having
/// made it. Another prefix, subnet and run directory let a second mesh, or a test, live on the same machine.
/// </summary>
internal sealed partial record HostNames
{
    public const string DefaultPrefix = "weft";

    /// <summary>Starts the name of everything. At most 6 characters, because the kernel limits interface names to 15.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    public Ipv4Subnet Subnet { get; init; } = Ipv4Subnet.Parse("10.77.0.0/16");

    /// <summary>Where records, proxy states and logs live while workloads run.</summary>
    public required string RunDirectory { get; init; }

    public string Bridge => Prefix + "0";

    /// <summary>The bridge's own address: the workloads' way to the host.</summary>
    public IPAddress Gateway => Subnet.At(1);

    /// <summary>The namespace of the demo's control plane.</summary>
    public string ControlPlaneNamespace => OwnNamespacePrefix + "cp";

    public IPAddress ControlPlaneAddress => Subnet.At(2);

    /// <summary>Addresses before this one have a fixed meaning.</summary>
    public uint FirstWorkloadOffset => Subnet.Size >= 64 ? 10u : 3u;

    /// <summary>The nftables table of a namespace that belongs to one workload.</summary>
    public string Table => Prefix;

    /// <summary>Starts the names of namespaces that Weft made; whatever runs in them was started by Weft.</summary>
    public string OwnNamespacePrefix => Prefix + "-";

    /// <summary>Starts the second names given to namespaces of others; what runs in them is never ended.</summary>
    public string ForeignNamespacePrefix => Prefix + "@";

    /// <summary>From the environment: WEFT_HOST_PREFIX, WEFT_HOST_SUBNET, WEFT_RUN (default <c>/run/weft</c> for root, else below XDG_RUNTIME_DIR or /tmp).</summary>
    public static HostNames FromEnvironment(bool root, uint userId)
    {
        string prefix = Environment.GetEnvironmentVariable("WEFT_HOST_PREFIX") is { Length: > 0 } p ? p : DefaultPrefix;
        if (!PrefixPattern().IsMatch(prefix))
        {
            throw HostErrors.Fail(HostErrors.BadName, $"WEFT_HOST_PREFIX \"{prefix}\" is not usable", "it starts interface and table names: 1 to 6 lower-case letters", "choose another, e.g. \"weft\"");
        }

        string? subnet = Environment.GetEnvironmentVariable("WEFT_HOST_SUBNET");
        string run = Environment.GetEnvironmentVariable("WEFT_RUN") is { Length: > 0 } r ? Path.GetFullPath(r)
            : root ? "/run/" + prefix
            : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } x ? Path.Combine(x, prefix)
            : Path.Combine(Path.GetTempPath(), $"{prefix}-{userId}");
        try
        {
            return new HostNames { Prefix = prefix, RunDirectory = run, Subnet = Ipv4Subnet.Parse(subnet is { Length: > 0 } ? subnet : "10.77.0.0/16") };
        }
        catch (FormatException e)
        {
            throw HostErrors.Fail(HostErrors.BadName, $"WEFT_HOST_SUBNET: {e.Message}", null, "unset it, or write a private block like 10.77.0.0/16");
        }
    }

    /// <summary>The variables from which another process of ours reads the same names.</summary>
    public IReadOnlyDictionary<string, string> ToEnvironment() => new Dictionary<string, string>
    {
        ["WEFT_HOST_PREFIX"] = Prefix,
        ["WEFT_HOST_SUBNET"] = Subnet.ToString(),
        ["WEFT_RUN"] = RunDirectory,
    };

    public string NamespaceOf(string meshNamespace, string workload) => $"{OwnNamespacePrefix}{meshNamespace}-{workload}";

    public string ForeignNamespaceOf(string meshNamespace, string workload) => $"{ForeignNamespacePrefix}{meshNamespace}-{workload}";

    /// <summary>The table of a workload that shares its namespace with others: one each, so that they come and go independently.</summary>
    public string SharedTableOf(string meshNamespace, string workload) => $"{Prefix}_{Digest(meshNamespace, workload)}";

    /// <summary>The cgroup of a workload that shares its namespace with others.</summary>
    public string CgroupOf(string meshNamespace, string workload) => $"{ForeignNamespacePrefix}{meshNamespace}-{workload}";

    /// <summary>The host's end of the pair of interfaces: at most 15 characters, whatever the workload is called.</summary>
    public string HostLinkOf(string netns) => $"{Prefix}{Digest(netns, "")}";

    public bool IsOwnTable(string table) =>
        table == Prefix || (table.StartsWith(Prefix + "_", StringComparison.Ordinal) && table.Length == Prefix.Length + 9);

    /// <summary>Fails unless the text is a DNS label (RFC 1123, section 2.1): names go into paths, interface and host names.</summary>
    public static string CheckLabel(string what, string text) =>
        LabelPattern().IsMatch(text)
            ? text
            : throw HostErrors.Fail(HostErrors.BadName, $"{what} \"{text}\" is not a valid name", "a name is 1 to 63 of a-z, 0-9 and '-', and starts and ends with a letter or digit", $"rename the {what}");

    private static string Digest(string a, string b) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(a + "/" + b)).AsSpan(0, 4));

    [GeneratedRegex("^[a-z]{1,6}$", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixPattern();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();
}
