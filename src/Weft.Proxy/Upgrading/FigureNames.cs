namespace Weft.Proxy.Upgrading;

/// <summary>Names of the counters that a process hands over beside those of its loops. A contract between versions.</summary>
internal static class FigureNames
{
    public const string Bugs = "bugs";
    public const string CpuUs = "cpu_us";
    public const string DnsQueries = "dns_queries";
    public const string DnsFailures = "dns_failures";
    public const string ConfigRefusals = "config_refused";
}
