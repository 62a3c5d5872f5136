namespace Weft.Proxy.Engine;

/// <summary>A thread with its loop.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Thread _thread;

    public Worker(string name, TimeProvider clock)
    {
        Loop = new EventLoop(new EpollPoller(), clock);
        _thread = new Thread(Loop.Run, 512 * 1024) { Name = name, IsBackground = true };
    }

    public EventLoop Loop { get; }

    public void Start() => _thread.Start();

    public void Stop()
    {
        Loop.Stop();
        _thread.Join();
    }

    public void Dispose() => Loop.Dispose();
}
