using System.Buffers.Binary;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Wire.Dns;

namespace Weft.Proxy.Names;

/// <summary>
/// The workload's resolver. Names of the mesh are answered with the virtual address of their service; all others go to the
/// resolver outside, or do not exist when there is none. Control thread only.
/// </summary>
internal sealed class DnsServer(IMeshNames names, IDatagrams clients, DnsForwarder? forwarder)
{
    private static readonly Func<bool> Never = static () => false;

    /// <summary>Seconds that an application may keep an answer: short, because a name can begin to exist.</summary>
    public const uint TtlSeconds = 5;

    /// <summary>Questions that may wait for the control plane.</summary>
    public const int WaitingMax = 1_024;

    private const int ReplyMax = DnsQuery.PayloadMax;

    private readonly byte[] _reply = new byte[ReplyMax];
    private int _waiting;

    /// <summary>Whether connections to virtual addresses of IPv6 would get anywhere, asked with each question.</summary>
    public Func<bool> AnswersV6 { get; init; } = Never;

    public long Queries { get; private set; }

    /// <summary>Queries that ended in SERVFAIL.</summary>
    public long Failures { get; private set; }

    /// <summary>Takes one packet of a client.</summary>
    public void Receive(ReadOnlySpan<byte> packet, NetAddress from)
    {
        Queries++;
        if (!DnsReader.TryReadQuery(packet, out DnsQuery query, out DnsResponseCode code))
        {
            if (query.CanAnswer)
            {
                Reply(packet, query, code, from);
            }

            return;
        }

        if (query.Class != 1 || !query.HasPlainName || query.Name.IsEmpty)
        {
            PassOn(packet, query, from, DnsResponseCode.NameError);
            return;
        }

        if (_waiting >= WaitingMax)
        {
            Fail(packet, query, from);
            return;
        }

        byte[] copy = packet.ToArray();
        DnsQuery question = query;
        _waiting++;
        names.Ask(Encoding.ASCII.GetString(query.Name), (lookup, address) =>
        {
            _waiting--;
            Answer(copy, question, from, lookup, address);
        });
    }

    private void Answer(byte[] packet, in DnsQuery query, NetAddress from, Lookup lookup, NetAddress? address)
    {
        switch (lookup)
        {
            case Lookup.Found:
                AnswerMesh(packet, query, from, address);
                break;
            case Lookup.Absent:
                PassOn(packet, query, from, DnsResponseCode.NameError);
                break;
            default:
                // The control plane is silent. A name with a dot may well live outside and must go on working; one without cannot.
                if (query.Name.Contains((byte)'.'))
                {
                    PassOn(packet, query, from, DnsResponseCode.ServerFailure);
                }
                else
                {
                    Fail(packet, query, from);
                }

                break;
        }
    }

    /// <summary>Where there is no IPv6, an AAAA question is answered with "the name exists, without such a record", so that the client takes the other.</summary>
    private void AnswerMesh(byte[] packet, in DnsQuery query, NetAddress from, NetAddress? address)
    {
        bool v6 = query.Type == DnsType.Aaaa && AnswersV6();
        if ((query.Type != DnsType.A && !v6) || address is not { Family: NetFamily.V4 } virtualAddress)
        {
            Reply(packet, query, DnsResponseCode.NoError, from);
            return;
        }

        Span<byte> bytes = stackalloc byte[v6 ? 16 : sizeof(uint)];
        if (v6)
        {
            Ipv6.VirtualOf(virtualAddress).WriteV6(bytes);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, virtualAddress.V4Bits);
        }

        int length = DnsWriter.WriteAddresses(query, packet, bytes, TtlSeconds, _reply);
        clients.Send(_reply.AsSpan(0, length), from);
    }

    /// <summary>Asks the resolver outside; without one answers with the code.</summary>
    private void PassOn(ReadOnlySpan<byte> packet, in DnsQuery query, NetAddress from, DnsResponseCode without)
    {
        if (forwarder is null)
        {
            Reply(packet, query, without, from);
            return;
        }

        byte[] copy = packet.ToArray();
        DnsQuery question = query;
        bool taken = forwarder.TryForward(packet, query, answer =>
        {
            if (answer is null)
            {
                Fail(copy, question, from);
            }
            else
            {
                clients.Send(answer, from);
            }
        });
        if (!taken)
        {
            Fail(packet, query, from);
        }
    }

    private void Fail(ReadOnlySpan<byte> packet, in DnsQuery query, NetAddress from) => Reply(packet, query, DnsResponseCode.ServerFailure, from);

    private void Reply(ReadOnlySpan<byte> packet, in DnsQuery query, DnsResponseCode code, NetAddress from)
    {
        if (code == DnsResponseCode.ServerFailure)
        {
            Failures++;
        }

        int length = DnsWriter.WriteCode(query, packet, code, _reply);
        if (length > 0)
        {
            clients.Send(_reply.AsSpan(0, length), from);
        }
    }
}
