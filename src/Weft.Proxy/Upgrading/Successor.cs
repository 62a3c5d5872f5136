using System.Text;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upgrading;

/// <summary>The process that takes over from this one, as seen from the old one.</summary>
internal sealed class Successor
{
    /// <summary>What systemd tells the process it started is not the successor's; the supervisor's address and watchdog interval are.</summary>
    private static readonly string[] NotPassedOn = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES", "WATCHDOG_PID"];

    /// <summary>For a message to be taken.</summary>
    private const int SendTimeoutMs = 5_000;

    private readonly HandoverChannel _channel;
    private readonly ChildProcess _process;

    private Successor(HandoverChannel channel, ChildProcess process)
    {
        _channel = channel;
        _process = process;
    }

    public int Pid => _process.Pid;

    /// <summary>Its end of the line, for waiting on.</summary>
    public int Descriptor => _channel.Descriptor;

    /// <summary>Whether it has said that it serves and is known.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether it has asked this process to end soon, because everything is to stop.</summary>
    public bool AsksToStop { get; private set; }

    /// <summary>Whether it has ended or closed the line.</summary>
    public bool IsGone => _channel.IsBroken;

    /// <summary>Starts it and gives it the sockets.</summary>
    public static Successor? Start(StartCommand command, IReadOnlyList<HeldSocket> sockets, IReadOnlyDictionary<string, string> facts, out string? fault)
    {
        (HandoverChannel near, int far) = HandoverChannel.Open();
        Dictionary<string, string> environment = ChildProcess.Environment();
        foreach (string name in NotPassedOn)
        {
            environment.Remove(name);
        }

        environment[Predecessor.Variable] = Predecessor.VariableValue;
        ChildProcess? process = ChildProcess.Start(command, far, environment, out fault);
        Libc.Close(far);
        if (process is null)
        {
            near.Dispose();
            return null;
        }

        Successor successor = new(near, process);
        foreach (HeldSocket socket in sockets)
        {
            near.Send(HandoverMessage.Socket, Predecessor.Describe(socket), socket.Descriptor, SendTimeoutMs);
        }

        foreach ((string key, string value) in facts)
        {
            near.Send(HandoverMessage.Fact, key + " " + value, timeoutMs: SendTimeoutMs);
        }

        near.Send(HandoverMessage.Begin, "", timeoutMs: SendTimeoutMs);
        return successor;
    }

    /// <summary>Looks once whether it is ready.</summary>
    /// <param name="fault">Set when it never will be.</param>
    public bool IsReady(out string? fault)
    {
        fault = null;
        while (_channel.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out _))
        {
            switch (kind)
            {
                case HandoverMessage.Ready:
                    return true;
                case HandoverMessage.Failed:
                    fault = Encoding.UTF8.GetString(payload);
                    return false;
                default:
                    break;
            }
        }

        if (_channel.IsBroken)
        {
            _process.Kill();
            fault = "it ended before it was ready; its own words are in the log";
        }
        else
        {
            fault = _process.HowItEnded();
        }

        return false;
    }

    /// <summary>Gives up on it.</summary>
    public void Kill()
    {
        _process.Kill();
        _channel.Dispose();
    }

    /// <summary>Tells the sums of everybody before it: those that have ended, those that drain with the line to each, and this process's own.</summary>
    public bool SendSums(Ancestors ancestors, SumsSender own)
    {
        _channel.Send(HandoverMessage.SumsOfEnded, "", timeoutMs: SendTimeoutMs);
        if (!Of(ancestors.Ended).Send(_channel, SendTimeoutMs))
        {
            return false;
        }

        foreach ((HandoverChannel channel, ProcessSums sums) in ancestors.Draining)
        {
            _channel.Send(HandoverMessage.SumsOfDraining, "", channel.Descriptor, SendTimeoutMs);
            if (!Of(sums).Send(_channel, SendTimeoutMs))
            {
                return false;
            }
        }

        return _channel.Send(HandoverMessage.OwnSums, "", timeoutMs: SendTimeoutMs) && SendOwnSums(own, SendTimeoutMs);
    }

    /// <summary>Tells what this process has counted since the last time.</summary>
    public bool SendOwnSums(SumsSender own, int timeoutMs) => own.Send(_channel, timeoutMs);

    /// <summary>Tells it that all is its own now.</summary>
    public void GiveAll() => _channel.Send(HandoverMessage.TakeOver, "", timeoutMs: SendTimeoutMs);

    /// <summary>Takes what it has said since the last time.</summary>
    public void Listen()
    {
        while (_channel.TryReceive(out HandoverMessage kind, out _, out _))
        {
            IsSettled |= kind == HandoverMessage.Settled;
            AsksToStop |= kind == HandoverMessage.Stop;
        }
    }

    private static SumsSender Of(ProcessSums sums) => new(new Telemetry.MetersFold([sums.Meters]), () => sums.Figures.Select(static f => (f.Key, f.Value)));
}
