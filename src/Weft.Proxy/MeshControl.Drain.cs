using Weft.Proxy.Telemetry;

namespace Weft.Proxy;

/// <content>Leaving: first the callers hear of it, then connections end, then the session.</content>
internal sealed partial class MeshControl
{
    /// <summary>Whether connections have been asked to end. Any thread.</summary>
    public bool DrainHasBegun => Volatile.Read(ref _drainBegun);

    private bool _drainBegun;

    /// <summary>Set when the farewell has reached the control plane, or there was none to tell. Any thread.</summary>
    public ManualResetEventSlim Left { get; } = new();

    /// <summary>Begins a graceful drain; again is no change.</summary>
    public void BeginDrain()
    {
        if (_draining)
        {
            return;
        }

        _draining = true;
        ProxyLog.Info("draining");
        _session.TellDraining();

        // Callers go on for a moment with the endpoints that they know. Without a control plane nobody tells them.
        _drainTimer.Set(_link?.IsConnected == true ? DrainSettleMs : 0);
    }

    /// <param name="hasSuccessor">Another process serves the workload already: there is nobody to tell, and nothing to wait for.</param>
    public void BeginDrain(bool hasSuccessor)
    {
        if (hasSuccessor)
        {
            _draining = true;
            DrainNow();
        }
        else
        {
            BeginDrain();
        }
    }

    /// <summary>
    /// Leaves the mesh while the application goes on without it: callers forget this workload as one of the mesh, so that they open nothing new here, and what is open
    /// comes to its end. Again, or after a drain has begun, is no change.
    /// </summary>
    public void BeginLeave()
    {
        if (_draining)
        {
            return;
        }

        _draining = true;
        ProxyLog.Info("leaving the mesh");
        bool told = _link?.IsConnected == true;
        Watch(LeaveAsync());
        _drainTimer.Set(told ? DrainSettleMs : 0);
    }

    /// <summary>Says farewell and closes what the control thread has open. The loop still has to run for a moment, so that it gets out.</summary>
    public void Leave()
    {
        _saver.Flush();
        _health?.Stop();
        _checks.Stop();
        _identity.Stop();
        Watch(LeaveAsync());
        _dnsSocket?.Close();
        _dnsUpstream?.Close();
        _admin?.Close();
    }

    private async Task LeaveAsync()
    {
        if (_link is not null)
        {
            await _link.LeaveAsync(sayGoodbye: !_retired);
        }

        Left.Set();
    }

    private void DrainNow()
    {
        foreach (MeshDataLoop dataLoop in _dataLoops)
        {
            dataLoop.BeginDrain();
        }

        Volatile.Write(ref _drainBegun, true);
    }

    private string DrainByCommand()
    {
        BeginDrain();
        return $"draining, {OpenConnections} connections open";
    }

    private string RenewByCommand()
    {
        _identity.RenewNow();
        return "the certificate is being renewed";
    }
}
