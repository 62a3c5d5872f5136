using Weft.Contracts.Flow;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Figures of an edge or a service, as filters ask about them.</summary>
internal readonly struct AggregateSubject(string source, string destination, string protocol, Figures figures, double seconds, bool isNew) : IFilterSubject
{
    public FlowText Text(int field) => new(((AggregateKey)field switch
    {
        AggregateKey.Source => source,
        AggregateKey.Destination => destination,
        AggregateKey.Protocol => protocol,
        AggregateKey.Namespace => NamespaceOf(destination),
        _ => "",
    }).AsSpan());

    public double Number(int field) => (AggregateKey)field switch
    {
        AggregateKey.Rps => figures.Count / seconds,
        AggregateKey.Error => figures.Count == 0 ? double.NaN : (double)figures.Failures / figures.Count,
        AggregateKey.Success => figures.Count == 0 ? double.NaN : 1 - ((double)figures.Failures / figures.Count),
        AggregateKey.P50 => Microseconds(0.50),
        AggregateKey.P95 => Microseconds(0.95),
        AggregateKey.P99 => Microseconds(0.99),
        AggregateKey.MutualTls => figures.Count == 0 ? double.NaN : (double)figures.MutualTls / figures.Count,
        AggregateKey.New => isNew ? 1 : 0,
        _ => double.NaN,
    };

    internal static string NamespaceOf(string service)
    {
        int slash = service.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : service[..slash];
    }

    private double Microseconds(double q) => figures.QuantileMs(q) * 1_000 ?? double.NaN;
}
