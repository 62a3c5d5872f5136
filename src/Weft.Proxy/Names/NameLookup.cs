using System.Security.Cryptography;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Wire.Dns;

namespace Weft.Proxy.Names;

/// <summary>
/// One lookup of a name: A and AAAA together, from a socket of its own with numbers that nobody can guess, from one server after another.
/// An answer counts only from the server that was asked, with the number and the question as they were sent.
/// </summary>
internal sealed class NameLookup(EventLoop loop, IResolverNetwork network, IReadOnlyList<NetAddress> servers)
{
    /// <summary>Times that servers are asked, all together.</summary>
    private const int TriesMax = 4;

    private const int TryMs = 1_250;

    /// <summary>When one family has addresses, the other is waited for no longer than this (RFC 8305, 3).</summary>
    private const int OtherFamilyMs = 50;

    private readonly Signal _changed = new(loop);
    private readonly Question _v6 = new(DnsType.Aaaa);
    private readonly Question _v4 = new(DnsType.A);
    private NetAddress _server;
    private bool _expired;

    /// <returns>Addresses and how long they hold; no addresses when there are none; null when no server has answered.</returns>
    public async ValueTask<(IReadOnlyList<NetAddress> Addresses, uint TtlSeconds)?> RunAsync(string name)
    {
        LoopTimer timer = new(loop, () =>
        {
            _expired = true;
            _changed.Set();
        });
        for (int i = 0; i < TriesMax && servers.Count > 0 && !IsDone; i++)
        {
            _server = servers[i % servers.Count];
            IClosableDatagrams? socket = network.Open(_server.Family, OnReceived);
            if (socket is null || !Ask(socket, name, _v6) || !Ask(socket, name, _v4))
            {
                socket?.Close();
                continue;
            }

            _expired = false;
            timer.Set(TryMs);
            while (!IsDone && !_expired)
            {
                if (_v4.HasAddresses || _v6.HasAddresses)
                {
                    timer.Set(OtherFamilyMs);
                }

                await _changed;
            }

            timer.Remove();
            socket.Close();
            if (_v4.HasAddresses || _v6.HasAddresses)
            {
                break;
            }
        }

        return Result();
    }

    private bool IsDone => _v4.Answer is not null && _v6.Answer is not null;

    private bool Ask(IDatagrams socket, string name, Question question)
    {
        if (question.Answer is not null)
        {
            return true;
        }

        byte[] packet = new byte[DnsQuestionWriter.Max];
        int length = DnsQuestionWriter.Write(name, question.Type, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), packet);
        question.Packet = packet[..length];
        if (length > 0)
        {
            socket.Send(question.Packet, _server);
        }

        return length > 0;
    }

    private void OnReceived(ReadOnlySpan<byte> packet, NetAddress from)
    {
        if (from == _server)
        {
            Take(packet, _v6);
            Take(packet, _v4);
        }
    }

    private void Take(ReadOnlySpan<byte> packet, Question question)
    {
        if (question.Answer is not null || question.AsksOverTcp || DnsAnswerReader.TryRead(packet, question.Packet) is not { } answer)
        {
            return;
        }

        if (answer.IsTruncated)
        {
            question.AsksOverTcp = true;
            _ = AskOverTcpAsync(question);
            return;
        }

        // A server that cannot say is no answer; the next one is asked.
        if (answer.Code is DnsResponseCode.NoError or DnsResponseCode.NameError)
        {
            question.Answer = answer;
        }
        else
        {
            _expired = true;
        }

        _changed.Set();
    }

    private async Task AskOverTcpAsync(Question question)
    {
        byte[]? packet = await network.AskOverTcpAsync(_server, question.Packet, TryMs);
        question.AsksOverTcp = false;
        if (packet is not null && DnsAnswerReader.TryRead(packet, question.Packet) is { IsTruncated: false, Code: DnsResponseCode.NoError or DnsResponseCode.NameError } answer)
        {
            question.Answer ??= answer;
            _changed.Set();
        }
    }

    private (IReadOnlyList<NetAddress> Addresses, uint TtlSeconds)? Result()
    {
        if (!_v4.HasAddresses && !_v6.HasAddresses)
        {
            return IsDone ? ([], 0) : null;
        }

        // IPv6 first, then by turns (RFC 8305, 4).
        List<NetAddress> all = [];
        IReadOnlyList<NetAddress> v6 = _v6.Answer?.Addresses ?? [];
        IReadOnlyList<NetAddress> v4 = _v4.Answer?.Addresses ?? [];
        for (int i = 0; i < Math.Max(v6.Count, v4.Count); i++)
        {
            all.AddRange(v6.Skip(i).Take(1));
            all.AddRange(v4.Skip(i).Take(1));
        }

        uint ttl = Math.Min(_v6.HasAddresses ? _v6.Answer!.TtlSeconds : uint.MaxValue, _v4.HasAddresses ? _v4.Answer!.TtlSeconds : uint.MaxValue);
        return (all, ttl);
    }

    private sealed class Question(DnsType type)
    {
        public DnsType Type => type;

        public byte[] Packet { get; set; } = [];

        public DnsAnswer? Answer { get; set; }

        public bool AsksOverTcp { get; set; }

        public bool HasAddresses => Answer is { Addresses.Count: > 0 };
    }
}
