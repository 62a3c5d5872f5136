using System.Threading.Channels;
using Weft.Contracts.Session;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Registry;

/// <summary>One open session stream: what is to be sent over it, and the commands that wait for an answer.</summary>
internal sealed class ProxyConnection(RegistrySession session, string service) : IDisposable
{
    /// <summary>Commands that may wait for one proxy; a proxy that answers none gets no more.</summary>
    internal const int MaxCommands = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, TaskCompletionSource<ProxyCommandOutcome>> _waiting = [];
    private readonly Channel<ServerMessage> _outgoing = Channel.CreateBounded<ServerMessage>(
        new BoundedChannelOptions((MaxCommands * 2) + 1) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private ulong _lastId;
    private ProxyFigures? _figures;
    private IReadOnlyList<CallerCheck> _checks = [];

    internal RegistrySession Session { get; } = session;

    /// <summary>The service that the workload belongs to, "namespace/name".</summary>
    internal string Service { get; } = service;

    internal ChannelReader<ServerMessage> Outgoing => _outgoing.Reader;

    internal ProxyFigures? Figures
    {
        get => Volatile.Read(ref _figures);
        set => Volatile.Write(ref _figures, value);
    }

    /// <summary>What the proxy has found of endpoints without a proxy.</summary>
    internal IReadOnlyList<CallerCheck> Checks
    {
        get => Volatile.Read(ref _checks);
        set => Volatile.Write(ref _checks, value);
    }

    internal void Send(ServerMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Sends a command and waits for its result.</summary>
    internal async Task<ProxyCommandOutcome> CommandAsync(
        string verb, IReadOnlyDictionary<string, string> arguments, TimeSpan wait, TimeProvider time, CancellationToken stop)
    {
        var done = new TaskCompletionSource<ProxyCommandOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong id;
        lock (_lock)
        {
            id = ++_lastId;
            bool sent = _waiting.Count < MaxCommands
                && _outgoing.Writer.TryWrite(Message(id, verb, arguments));
            if (!sent)
            {
                return new ProxyCommandOutcome(ProxyCommandResult.Failed, "The proxy has too many commands that it has not answered.");
            }

            _waiting.Add(id, done);
        }

        try
        {
            return await done.Task.WaitAsync(wait, time, stop);
        }
        catch (TimeoutException)
        {
            return new ProxyCommandOutcome(ProxyCommandResult.TimedOut, $"The proxy did not answer within {wait.TotalSeconds} s.");
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove(id);
            }
        }
    }

    /// <summary>Sends a command whose answer nobody waits for. One that finds no room is lost, and said again by whoever renews it.</summary>
    internal void Tell(string verb, IReadOnlyDictionary<string, string> arguments)
    {
        lock (_lock)
        {
            _outgoing.Writer.TryWrite(Message(++_lastId, verb, arguments));
        }
    }

    private static ServerMessage Message(ulong id, string verb, IReadOnlyDictionary<string, string> arguments)
        => new() { Command = new Command { Id = id, Verb = verb, Arguments = new Dictionary<string, string>(arguments, StringComparer.Ordinal) } };

    internal void Answer(CommandResult result)
    {
        TaskCompletionSource<ProxyCommandOutcome>? waiter;
        lock (_lock)
        {
            _waiting.TryGetValue(result.Id, out waiter);
        }

        waiter?.TrySetResult(new ProxyCommandOutcome(result.Ok ? ProxyCommandResult.Done : ProxyCommandResult.Failed, result.Text));
    }

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        lock (_lock)
        {
            foreach (TaskCompletionSource<ProxyCommandOutcome> waiter in _waiting.Values)
            {
                waiter.TrySetResult(new ProxyCommandOutcome(ProxyCommandResult.NotConnected, "The proxy disconnected before it answered."));
            }
        }
    }
}
