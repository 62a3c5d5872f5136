using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Otlp;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Api;
using Weft.ControlPlane.Tests.Support;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Tests.Otlp;

/// <summary>The intake with all that it feeds, in a mesh that has the service shop/cart with a proxy.</summary>
internal sealed class TestIntake : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeMesh _mesh = new();
    private OtlpHost? _host;

    internal TestIntake()
    {
        SubscriptionIndex index = new(Workloads.View("", Workloads.Record("cart", "cart-1", "10.0.0.1")));
        SenderNames names = new(index);
        Intake = new OtlpIntake(Spans, new SpanEdges(Traffic, names), names, Time);
        Insight = new TrafficInsight(new StoredFigures(Traffic), Traffic, index, new MemoryMetaStore());
        Traces = new TraceReader(new FlowStore(), Spans);
    }

    internal ManualTime Time { get; } = new();

    internal TrafficStore Traffic { get; } = new();

    internal SpanStore Spans { get; } = new();

    internal OtlpIntake Intake { get; }

    internal TrafficInsight Insight { get; }

    internal TraceReader Traces { get; }

    internal string Token => File.ReadAllText(_folder.File(OtlpGate.TokenFile)).Trim();

    internal string GrpcAddress => _host!.Addresses[0];

    internal string HttpAddress => _host!.Addresses[1];

    /// <summary>Opens the listeners on free ports.</summary>
    internal async Task ListenAsync(IPAddress address)
        => _host = await OtlpHost.StartAsync(
            new IPEndPoint(address, 0), new IPEndPoint(address, 0), AdminToken.Open(_folder.File(OtlpGate.TokenFile)), Intake, _mesh, NullLoggerProvider.Instance);

    internal async Task<Topology> MapAsync() => await Insight.GetTopologyAsync(TrafficQuery.Last(10, Time.Now), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Traffic.Dispose();
        _mesh.Dispose();
        _folder.Dispose();
    }
}
