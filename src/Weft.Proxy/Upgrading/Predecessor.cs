using System.Globalization;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upgrading;

/// <summary>The process that this one takes over from, as seen from the new one.</summary>
internal sealed class Predecessor
{
    /// <summary>Tells a successor that its predecessor speaks on <see cref="ChildProcess.PassedDescriptor"/>. Any other value is of a version that is not known.</summary>
    public const string Variable = "WEFT_UPGRADE";

    public const string VariableValue = "1";

    /// <summary>Keys of <see cref="Fact"/>.</summary>
    public const string EpochFact = "epoch";
    public const string OwnsPathFact = "owns-path";
    public const string UnhealthyFact = "unhealthy";

    /// <summary>Sockets are sent before the process begins, and sums at once after it is ready.</summary>
    private const int PatienceMs = 10_000;

    private readonly HandoverChannel _channel;
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);

    private Predecessor(HandoverChannel channel) => _channel = channel;

    /// <summary>The predecessor that started this process, with its sockets put into <paramref name="held"/>; null when there is none.</summary>
    public static Predecessor? Find(HeldSockets held)
    {
        if (Environment.GetEnvironmentVariable(Variable) != VariableValue)
        {
            return null;
        }

        Environment.SetEnvironmentVariable(Variable, null);
        Libc.Fcntl(ChildProcess.PassedDescriptor, Libc.FcntlSetDescriptorFlags, Libc.DescriptorCloseOnExec);
        Predecessor predecessor = new(new HandoverChannel(ChildProcess.PassedDescriptor));
        return predecessor.ReceiveSockets(held) ? predecessor : null;
    }

    /// <summary>What it said of itself; null when it did not.</summary>
    public string? Fact(string key) => _facts.GetValueOrDefault(key);

    /// <summary>Says that this process cannot start.</summary>
    public void TellFailed(string why) => _channel.Send(HandoverMessage.Failed, why);

    /// <summary>Says that this process is ready, and takes over: afterwards the predecessor accepts nothing more, and its sums are in <paramref name="ancestors"/>.</summary>
    public void TakeOver(Ancestors ancestors, TimeProvider clock)
    {
        _channel.Send(HandoverMessage.Ready, "");
        ProcessSums ended = new(clock);
        ProcessSums own = new(clock);
        List<(HandoverChannel, ProcessSums)> draining = [];
        ProcessSums into = own;
        while (_channel.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out int passed, PatienceMs))
        {
            switch (kind)
            {
                case HandoverMessage.SumsOfEnded:
                    into = ended;
                    break;
                case HandoverMessage.SumsOfDraining when passed >= 0:
                    into = new ProcessSums(clock);
                    draining.Add((new HandoverChannel(passed), into));
                    break;
                case HandoverMessage.OwnSums:
                    into = own;
                    break;
                case HandoverMessage.TakeOver:
                    ancestors.Adopt(ended, [.. draining, (_channel, own)]);
                    return;
                default:
                    into.Take(kind, payload);
                    break;
            }
        }

        // It died, or hangs. Its sockets are ours already, so serving goes on with what it told.
        ancestors.Adopt(ended, [.. draining, (_channel, own)]);
    }

    /// <summary>Says that everything is served here now, so that it need not wait any longer.</summary>
    public void TellSettled() => _channel.Send(HandoverMessage.Settled, "");

    private bool ReceiveSockets(HeldSockets held)
    {
        while (_channel.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out int passed, PatienceMs))
        {
            string text = Encoding.UTF8.GetString(payload);
            int blank = text.IndexOf(' ', StringComparison.Ordinal);
            switch (kind)
            {
                case HandoverMessage.Begin:
                    return true;
                case HandoverMessage.Socket when passed >= 0 && blank > 0 && NetAddress.TryParse(text.AsSpan(blank + 1), out NetAddress address):
                    held.Give(new HeldSocket(text.StartsWith("stream", StringComparison.Ordinal), address, passed));
                    break;
                case HandoverMessage.Fact when blank > 0:
                    _facts[text[..blank]] = text[(blank + 1)..];
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    internal static string Describe(HeldSocket socket) => string.Create(CultureInfo.InvariantCulture, $"{(socket.IsStream ? "stream" : "datagram")} {socket.Address}");
}
