using Weft.Proxy.Upgrading;

namespace Weft.Proxy;

/// <content>Taking over from a process before this one, and giving over to one behind it.</content>
internal sealed partial class MeshControl
{
    private bool _takesOver;
    private bool _retired;

    private string ReadyLine =>
        $"weft-proxy ready {_settings.WorkloadName} {_identity.Identity!.Id} commit {_config.Commit} admin {_admin!.Address} pid {Environment.ProcessId}";

    /// <summary>The process before this one has stopped accepting, or there was none.</summary>
    public void TakeOver()
    {
        if (_takesOver)
        {
            _takesOver = false;
            _dnsSocket?.Receive();
            _admin!.Serve();
            Serve();
        }
    }

    /// <summary>Puts on disk what a successor starts from.</summary>
    public void SaveState() => _saver.Flush();

    /// <summary>Leaves admin pages, names, identity, state on disk and the control plane to the successor. What the open exchanges still need goes on.</summary>
    public void Retire()
    {
        _retired = true;
        _admin?.Close();
        _dnsSocket?.StopReceiving();
        _saver.Stop();
        _identity.Stop();
        _health?.Stop();
        _checks.Stop();
        _link?.ReconnectNoMore();
    }

    /// <summary>
    /// Gets ready from the state on disk, which the process before this one has just written. Its session with the control plane stands until this one's replaces it,
    /// so that the workload is never without one, and the health of the application is known before anybody is told.
    /// </summary>
    private void PrepareTakeOver()
    {
        _takesOver = true;
        string? missing = _identity.Identity is null ? "no identity that can be used" : _mesh.Value.Policy is null ? "no policy" : null;
        if (missing is not null)
        {
            _host.Fail(ExitCodes.Unavailable, $"cannot take over: {_settings.StateDirectory} holds {missing}");
            return;
        }

        _sweepTimer.Set(SweepMs);
        _toldReady = true;
        if (_health is null)
        {
            _host.Ready(ReadyLine);
        }
        else
        {
            _health.Looked = () => _host.Ready(ReadyLine);
            Watch(_health.RunAsync());
        }
    }
}
