using System.Globalization;
using System.Text;
using Weft.Contracts.Protobuf;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Rpc;

/// <summary>One gRPC call on a leased HTTP/2 stream (gRPC over HTTP/2). Messages go out in order through a bounded queue.</summary>
internal sealed class GrpcCall : IGrpcCall
{
    /// <summary>Messages that may wait for the peer; a call whose peer does not keep up is ended.</summary>
    private const int QueuedMax = 1_000;

    private readonly ILease _lease;
    private readonly HttpStream _stream;
    private readonly Queue<byte[]> _queued = new();
    private readonly Signal _more;
    private readonly GrpcFrames _frames = new();
    private readonly Task _pump;
    private bool _endSending;
    private bool _cancelled;
    private bool _headReceived;
    private bool _over;

    private GrpcCall(ILease lease, string authority, string method, bool secured, Action<MessageHead>? fields)
    {
        _lease = lease;
        _stream = lease.Stream;
        _more = new Signal(_stream.Loop);
        WriteHead(authority, method, secured, fields);
        _pump = PumpAsync();
    }

    public GrpcStatus Status { get; private set; } = GrpcStatus.Unavailable("the call has not ended");

    /// <param name="secured">The connection is under TLS; servers refuse a scheme that does not fit (RFC 9113, section 8.3.1).</param>
    /// <param name="fields">Adds further fields to the head.</param>
    public static GrpcCall Start(ILease lease, string authority, string method, bool secured = true, Action<MessageHead>? fields = null)
        => new(lease, authority, method, secured, fields);

    public bool HasRoom => !_over && !_cancelled && !_endSending && _queued.Count < QueuedMax / 2;

    public bool TrySend<T>(T message)
        where T : IProtoMessage<T>
    {
        if (_over || _cancelled || _endSending)
        {
            return false;
        }

        if (_queued.Count >= QueuedMax)
        {
            Cancel();
            return false;
        }

        _queued.Enqueue(GrpcFrames.Encode(message));
        _more.Set();
        return true;
    }

    public void EndSending()
    {
        _endSending = true;
        _more.Set();
    }

    public async ValueTask<byte[]?> ReceiveAsync()
    {
        if (_over || (!_headReceived && !await ReceiveHeadAsync()))
        {
            return null;
        }

        while (true)
        {
            if (_frames.TryTake() is { } message)
            {
                return message;
            }

            if (_frames.IsBroken)
            {
                return Finish(new GrpcStatus(GrpcStatus.CodeInternal, "a message is compressed or too long"));
            }

            switch (_stream.TryReadBody(out ReadOnlySpan<byte> data))
            {
                case BodyState.Data:
                    _frames.Append(data);
                    _stream.ConsumeBody(data.Length);
                    break;
                case BodyState.End:
                    return Finish(ReadStatus(_stream.Trailers) ?? ReadStatus(_stream.Head) ?? new GrpcStatus(GrpcStatus.CodeUnknown, "the call ended without a status"));
                case BodyState.Failed:
                    return Finish(GrpcStatus.Unavailable(_cancelled ? "cancelled" : $"the connection was lost ({_stream.Fault})"));
                default:
                    await _stream.Received;
                    break;
            }
        }
    }

    public void Cancel()
    {
        if (!_cancelled && !_over)
        {
            _cancelled = true;
            _stream.Abort(StreamFault.OtherSideGone);
            _more.Set();
        }
    }

    public async ValueTask CloseAsync()
    {
        _over = true;
        if (!_pump.IsCompleted)
        {
            // The pump waits on the stream or on us: both must be over before the stream goes to its next user.
            _cancelled = true;
            _stream.Abort(StreamFault.OtherSideGone);
            _more.Set();
            await _pump;
        }

        _lease.GiveBack();
    }

    private void WriteHead(string authority, string method, bool secured, Action<MessageHead>? fields)
    {
        MessageHead head = new() { Version = HttpVersion.Http2, Framing = BodyFraming.Http2Stream };
        head.Method = head.Append("POST"u8);
        head.Scheme = secured ? head.Append("https"u8) : head.Append("http"u8);
        head.Authority = head.Append(Encoding.ASCII.GetBytes(authority));
        head.Path = head.Append(Encoding.ASCII.GetBytes(method));
        head.AddField("te"u8, "trailers"u8);
        head.AddField("content-type"u8, "application/grpc"u8);
        head.AddField("user-agent"u8, "weft-proxy"u8);
        fields?.Invoke(head);
        _stream.WriteHead(head);
        head.Release();
    }

    /// <summary>Writes what is queued, as fast as the peer takes it, until sending has ended or the stream has broken.</summary>
    private async Task PumpAsync()
    {
        while (!_cancelled && !_stream.IsBroken)
        {
            while (_queued.TryDequeue(out byte[]? frame))
            {
                if (!await WriteAsync(frame))
                {
                    return;
                }
            }

            if (_endSending)
            {
                _stream.WriteEnd(null);
                return;
            }

            await _more;
        }
    }

    private async ValueTask<bool> WriteAsync(byte[] frame)
    {
        for (int at = 0; at < frame.Length;)
        {
            if (_cancelled || _stream.IsBroken)
            {
                return false;
            }

            int taken = _stream.TryWriteBody(frame.AsSpan(at));
            at += taken;
            if (taken == 0 && !_stream.IsBroken)
            {
                await _stream.Room;
            }
        }

        return true;
    }

    private async ValueTask<bool> ReceiveHeadAsync()
    {
        do
        {
            if (!await _lease.ReceiveHeadAsync())
            {
                Finish(GrpcStatus.Unavailable(_cancelled ? "cancelled" : $"the connection was lost ({_stream.Fault})"));
                return false;
            }
        }
        while (_stream.Head.Status < 200);

        _headReceived = true;
        if (_stream.Head.Status != 200)
        {
            Finish(GrpcStatus.Unavailable(string.Create(CultureInfo.InvariantCulture, $"HTTP status {_stream.Head.Status}")));
            return false;
        }

        return true;
    }

    private byte[]? Finish(GrpcStatus status)
    {
        _over = true;
        Status = status;
        return null;
    }

    /// <summary>Status and message of a block of fields; null when it has none. Messages are percent-encoded UTF-8.</summary>
    private static GrpcStatus? ReadStatus(MessageHead fields)
    {
        if (!fields.TryGetField("grpc-status"u8, out ReadOnlySpan<byte> code)
            || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return null;
        }

        string message = fields.TryGetField("grpc-message"u8, out ReadOnlySpan<byte> text) ? Uri.UnescapeDataString(Encoding.ASCII.GetString(text)) : "";
        return new GrpcStatus(number, message);
    }
}
