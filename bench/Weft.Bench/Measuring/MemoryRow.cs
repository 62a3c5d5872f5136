namespace Weft.Bench.Measuring;

/// <summary>Resident memory of all processes of a contender, just started and with idle keep-alive connections that have each carried one request.</summary>
internal sealed record MemoryRow(string Contender, long IdleKiB, long WithConnectionsKiB, int Connections, string? Failure = null)
{
    public double PerConnectionKiB => Connections == 0 ? 0 : (double)(WithConnectionsKiB - IdleKiB) / Connections;
}
