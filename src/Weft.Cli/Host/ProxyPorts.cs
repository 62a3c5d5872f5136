namespace Weft.Cli.Host;

/// <summary>The ports of one proxy. A workload with a namespace of its own has the first set; those that share one get a set each, 100 apart.</summary>
internal sealed record ProxyPorts(int Outbound, int Inbound, int Tunnel, int Admin, int Dns)
{
    /// <summary>Sets that fit below the largest port.</summary>
    public const int SetsMax = 400;

    public static ProxyPorts Default { get; } = Set(0);

    public static ProxyPorts Set(int index) =>
        index is >= 0 and < SetsMax
            ? new ProxyPorts(15001 + (100 * index), 15006 + (100 * index), 15008 + (100 * index), 15020 + (100 * index), 15053 + (100 * index))
            : throw new ArgumentOutOfRangeException(nameof(index), index, "there are 400 sets of ports");
}
