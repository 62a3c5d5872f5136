using System.Buffers.Binary;
using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Rpc;

/// <summary>The framing of gRPC messages: one byte of flags, four of length, the message.</summary>
internal sealed class GrpcFrames
{
    public const int HeaderLength = 5;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Whether the bytes so far can never become messages: compressed, or longer than <see cref="ProtoLimits.MaxMessageBytes"/>.</summary>
    public bool IsBroken { get; private set; }

    public static byte[] Encode<T>(T message)
        where T : IProtoMessage<T>
    {
        ProtoWriter writer = new();
        message.Write(writer);
        byte[] frame = new byte[HeaderLength + writer.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), writer.Length);
        writer.Written.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _end < bytes.Length)
        {
            MakeRoom(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next whole message, copied out; null while it is not whole.</summary>
    public byte[]? TryTake()
    {
        ReadOnlySpan<byte> here = _buffer.AsSpan(_start, _end - _start);
        if (IsBroken || here.Length < HeaderLength)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(here[1..]);
        if (here[0] != 0 || length > ProtoLimits.MaxMessageBytes)
        {
            IsBroken = true;
            return null;
        }

        if (here.Length - HeaderLength < length)
        {
            return null;
        }

        byte[] message = here.Slice(HeaderLength, (int)length).ToArray();
        _start += HeaderLength + (int)length;
        if (_start == _end)
        {
            _start = _end = 0;
            _buffer = _buffer.Length > 64 * 1024 ? [] : _buffer;
        }

        return message;
    }

    private void MakeRoom(int count)
    {
        int length = _end - _start;
        byte[] target = _buffer.Length >= length + count ? _buffer : new byte[Math.Max(4096, Math.Max(_buffer.Length * 2, length + count))];
        _buffer.AsSpan(_start, length).CopyTo(target);
        _buffer = target;
        _start = 0;
        _end = length;
    }
}
