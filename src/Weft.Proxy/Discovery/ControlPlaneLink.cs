using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;
using Weft.Proxy.Session;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Discovery;

/// <summary>
/// Keeps the two streams to the control plane open, both or none, and comes back after a loss. Nothing of the traffic depends on it.
/// Pauses stay short enough that a proxy is current within 5 s after the control plane returns.
/// </summary>
internal sealed class ControlPlaneLink
{
    private const int PauseFirstMs = 100;
    private const int PauseMostMs = 2_000;

    private readonly EventLoop _loop;
    private readonly IGrpcServer _server;
    private readonly ConfigStore _store;
    private readonly DeltaStream _delta;
    private readonly SessionStream _session;
    private readonly LoopDelay _pause;
    private readonly Backoff _backoff = new(PauseFirstMs, PauseMostMs, Random.Shared);
    private readonly Signal _ended;
    private bool _running;
    private bool _stopped;
    private string _lastFault = "";

    public ControlPlaneLink(EventLoop loop, IGrpcServer server, ConfigStore store, DeltaStream delta, SessionStream session)
    {
        _loop = loop;
        _server = server;
        _store = store;
        _delta = delta;
        _session = session;
        _pause = new LoopDelay(loop);
        _ended = new Signal(loop);
        session.Welcomed = OnWelcomed;
    }

    /// <summary>Whether the control plane has welcomed us and both streams are open: what we have is what it has, or is on its way.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Called when <see cref="IsConnected"/> has changed.</summary>
    public Action? Turned { get; set; }

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public async Task RunAsync()
    {
        _running = true;
        while (!_stopped)
        {
            Task<GrpcStatus> session = RunSessionAsync();
            GrpcStatus status = await _delta.RunAsync(_server);
            if (!_stopped)
            {
                _session.Cancel();
            }

            GrpcStatus sessionStatus = await session;
            Disconnected(status.Message == "cancelled" ? sessionStatus : status);
            if (!_stopped)
            {
                await _pause.Wait(_backoff.NextMs());
            }
        }

        _running = false;
        _ended.Set();
    }

    /// <summary>Lets the streams be as long as they last, and opens no others: another process speaks for the workload.</summary>
    public void ReconnectNoMore()
    {
        _stopped = true;
        _pause.Cut();
    }

    /// <summary>Ends both streams and waits until they have ended.</summary>
    /// <param name="sayGoodbye">The workload goes with this process; otherwise another has it.</param>
    public async Task LeaveAsync(bool sayGoodbye)
    {
        _stopped = true;
        if (sayGoodbye)
        {
            _session.Leave();
        }
        else
        {
            _session.Cancel();
        }

        _delta.Cancel();
        _pause.Cut();
        while (_running)
        {
            await _ended;
        }
    }

    private async Task<GrpcStatus> RunSessionAsync()
    {
        GrpcStatus status = await _session.RunAsync(_server);
        _delta.Cancel();
        return status;
    }

    private void OnWelcomed()
    {
        _backoff.Reset();
        _lastFault = "";
        IsConnected = true;
        _store.WentOnline();
        ProxyLog.Info("connected to the control plane");
        Turned?.Invoke();
    }

    private void Disconnected(GrpcStatus status)
    {
        _store.WentOffline(_loop.NowMs);
        if (IsConnected)
        {
            IsConnected = false;
            Turned?.Invoke();
        }

        // One line per kind of failure, not one per attempt.
        if (!_stopped && status.Message != _lastFault)
        {
            _lastFault = status.Message;
            ProxyLog.Warn($"no control plane: {status.Message}; going on with what is known");
        }
    }
}
