using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.State;

/// <summary>Writes the configuration to disk a moment after it changed, at most once a second however often it changes. Control thread only.</summary>
internal sealed class StateSaver
{
    private const int DelayMs = 1_000;

    private readonly StateDirectory _directory;
    private readonly Func<SavedResources> _resources;
    private readonly LoopTimer _timer;
    private bool _stopped;

    public StateSaver(EventLoop loop, StateDirectory directory, Func<SavedResources> resources)
    {
        _directory = directory;
        _resources = resources;
        _timer = new LoopTimer(loop, SaveNow);
    }

    /// <summary>Something changed.</summary>
    public void Touch()
    {
        if (!_timer.IsSet && !_stopped)
        {
            _timer.Set(DelayMs);
        }
    }

    /// <summary>Writes at once what is still waiting.</summary>
    public void Flush()
    {
        if (_timer.IsSet)
        {
            _timer.Cancel();
            SaveNow();
        }
    }

    /// <summary>Writes what is still waiting, and nothing more from now on: the directory is another process's.</summary>
    public void Stop()
    {
        Flush();
        _stopped = true;
    }

    private void SaveNow()
    {
        try
        {
            _directory.SaveResources(_resources());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ProxyLog.Error($"the configuration could not be saved: {fault.Message}; a restart without the control plane would start from the one before");
        }
    }
}
