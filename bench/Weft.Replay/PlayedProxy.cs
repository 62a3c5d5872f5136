using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Weft.Contracts;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Replay;

/// <summary>One session, which reports once a second what its workload would have done.</summary>
internal sealed class PlayedProxy : IDisposable
{
    private readonly int _number;
    private readonly int _service;
    private readonly List<PlayedCell> _cells;
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<ProxyMessage, ServerMessage> _session;
    private readonly bool _isShared;
    private readonly Random _random;

    // A stream takes one message at a time, and the planted records come from elsewhere than the reports.
    private readonly SemaphoreSlim _turn = new(1);

    internal PlayedProxy(MeshPlan plan, int number, GrpcChannel channel, bool isShared)
    {
        _number = number;
        _service = plan.ServiceOf(number);
        _cells = plan.CellsOf(number);
        _random = new Random(number);
        _channel = channel;
        _isShared = isShared;
        _session = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            Wire.MethodOf<ProxyMessage, ServerMessage>(MethodType.DuplexStreaming, GrpcMethods.Connect), null, default);
    }

    internal int Cells => _cells.Count;

    /// <summary>Requests that its workload made, as its reports say: what the server's client side must add up to.</summary>
    internal long Made { get; private set; }

    /// <summary>Cells in its last report.</summary>
    internal int Changed { get; private set; }

    internal string Workload => string.Create(CultureInfo.InvariantCulture, $"{MeshPlan.FullName(_service)}-{_number}");

    internal async Task BeginAsync()
    {
        await _session.RequestStream.WriteAsync(new ProxyMessage
        {
            Hello = new Hello
            {
                Workload = Workload,
                Service = MeshPlan.FullName(_service),
                Address = string.Create(CultureInfo.InvariantCulture, $"10.{_number / 62_500}.{_number / 250 % 250}.{(_number % 250) + 1}"),
                TunnelPort = 15008,
                Epoch = "replay",
                ProxyVersion = "replay",
                Capture = "transparent",
                Zone = "zone-" + (_number % 3).ToString(CultureInfo.InvariantCulture),
                Labels = { ["version"] = "v" + (_number % 2 + 1).ToString(CultureInfo.InvariantCulture) },
                Ports = [new WorkloadPort { Port = 8080, TargetPort = 8080, Protocol = "http1" }],
            },
        });
        if (!await _session.ResponseStream.MoveNext(CancellationToken.None))
        {
            throw new InvalidOperationException($"the session of {Workload} ended at once");
        }
    }

    /// <summary>Lets a second pass and reports what has changed, with flow records of a few of the requests.</summary>
    internal async Task ReportAsync(int flows)
    {
        TrafficReport report = new() { ResidentBytes = 9_000_000, CpuUs = 1_000_000, OpenConnections = 20 };
        foreach (PlayedCell played in _cells)
        {
            int made = played.Pass(_random);
            if (made > 0)
            {
                report.Cells.Add(played.Cell);
                Made += played.Cell.Direction == Direction.Outbound ? made : 0;
            }
        }

        Changed = report.Cells.Count;
        await WriteAsync(new ProxyMessage { Traffic = report });
        if (flows > 0 && report.Cells.Count > 0)
        {
            await SendAsync([.. Enumerable.Range(0, flows).Select(_ => RecordOf(report.Cells[_random.Next(report.Cells.Count)]))]);
        }
    }

    internal Task SendAsync(List<FlowRecord> flows) => WriteAsync(new ProxyMessage { Flows = new FlowBatch { Flows = flows } });

    public void Dispose()
    {
        _session.Dispose();
        _turn.Dispose();
        if (!_isShared)
        {
            _channel.Dispose();
        }
    }

    private async Task WriteAsync(ProxyMessage message)
    {
        await _turn.WaitAsync();
        try
        {
            await _session.RequestStream.WriteAsync(message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private FlowRecord RecordOf(TrafficCell cell)
    {
        byte[] trace = new byte[16], span = new byte[8];
        _random.NextBytes(trace);
        _random.NextBytes(span);
        uint totalUs = (uint)(1_000 + _random.Next(20_000));
        return FlowMaker.Make(
            cell.Direction, cell.Source, cell.Destination, Guid.NewGuid().ToString(), trace, span, [], totalUs, totalUs * 7 / 10, cell.Success ? 200u : 503u, "rate");
    }
}
