using System.Buffers.Binary;
using System.Security.Cryptography;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Wire.Dns;

namespace Weft.Proxy.Names;

/// <summary>
/// Passes questions to the resolver outside the mesh and its answers back. An answer counts only when it comes from that resolver,
/// with the random number of the question and the question itself, octet for octet. Bounded in number and time. Control thread only.
/// </summary>
internal sealed class DnsForwarder
{
    public const int InFlightMax = 512;

    public const int TimeoutMs = 2_000;

    private readonly EventLoop _loop;
    private readonly IDatagrams _upstream;
    private readonly NetAddress _resolver;
    private readonly Dictionary<ushort, Forwarded> _inFlight = [];
    private readonly Queue<(ushort Id, long DeadlineMs)> _deadlines = new();
    private readonly LoopTimer _timer;

    public DnsForwarder(EventLoop loop, IDatagrams upstream, NetAddress resolver)
    {
        _loop = loop;
        _upstream = upstream;
        _resolver = resolver;
        _timer = new LoopTimer(loop, ExpireOld);
    }

    public int InFlight => _inFlight.Count;

    /// <summary>Asks the resolver.</summary>
    /// <param name="packet">The client's query.</param>
    /// <param name="query">The same, read.</param>
    /// <param name="answer">Gets the resolver's answer with the client's number, or nothing when there was none in time.</param>
    /// <returns>False when too many questions are in flight.</returns>
    public bool TryForward(ReadOnlySpan<byte> packet, in DnsQuery query, Action<byte[]?> answer)
    {
        if (_inFlight.Count >= InFlightMax)
        {
            return false;
        }

        ushort id;
        do
        {
            id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        }
        while (_inFlight.ContainsKey(id));

        byte[] question = packet.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(question, id);
        long deadlineMs = _loop.NowMs + TimeoutMs;
        _inFlight.Add(id, new Forwarded(question, query, query.Id, deadlineMs, answer));
        _deadlines.Enqueue((id, deadlineMs));
        if (!_timer.IsSet)
        {
            _timer.Set(TimeoutMs);
        }

        _upstream.Send(question, _resolver);
        return true;
    }

    /// <summary>Takes what came to the socket towards the resolver.</summary>
    public void Receive(ReadOnlySpan<byte> packet, NetAddress from)
    {
        if (from != _resolver || packet.Length < 2 || !_inFlight.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(packet), out Forwarded? forwarded)
            || !DnsReader.IsAnswerTo(packet, forwarded.Question, forwarded.Query))
        {
            return;
        }

        _inFlight.Remove(BinaryPrimitives.ReadUInt16BigEndian(packet));
        byte[] answer = packet.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(answer, forwarded.ClientId);
        forwarded.Answer(answer);
    }

    private void ExpireOld()
    {
        while (_deadlines.TryPeek(out (ushort Id, long DeadlineMs) next))
        {
            if (next.DeadlineMs > _loop.NowMs)
            {
                _timer.Set(next.DeadlineMs - _loop.NowMs);
                return;
            }

            _deadlines.Dequeue();

            // The number may have been given to a younger question since.
            if (_inFlight.TryGetValue(next.Id, out Forwarded? forwarded) && forwarded.DeadlineMs == next.DeadlineMs)
            {
                _inFlight.Remove(next.Id);
                forwarded.Answer(null);
            }
        }
    }

    private sealed record Forwarded(byte[] Question, DnsQuery Query, ushort ClientId, long DeadlineMs, Action<byte[]?> Answer);
}
