using System.Text;
using Weft.Wire.Http2;

namespace Weft.Proxy.Tests.Testing;

/// <summary>Frames of HTTP/2 as bytes, which a test joins into what a peer sends: <c>[.. Post(1), .. Data(1, "x")]</c>.</summary>
internal static class Http2Frames
{
    public const byte EndStream = (byte)FrameFlags.EndStream;
    public const byte Ack = (byte)FrameFlags.Ack;
    public const byte EndHeaders = (byte)FrameFlags.EndHeaders;
    public const byte Padded = (byte)FrameFlags.Padded;
    public const byte Priority = (byte)FrameFlags.Priority;

    /// <summary>A whole request.</summary>
    public static byte[] Get(int stream, params (string Name, string Value)[] more) => Head(stream, RawHttp2.Request("GET", "/", more), ends: true);

    /// <summary>A request whose body is still to come.</summary>
    public static byte[] Post(int stream, params (string Name, string Value)[] more) => Head(stream, RawHttp2.Request("POST", "/", more), ends: false);

    public static byte[] Head(int stream, (string Name, string Value)[] fields, bool ends)
        => RawHttp2.Frame(FrameType.Headers, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, RawHttp2.Block(fields));

    public static byte[] Data(int stream, string text, bool ends = false) => RawHttp2.Frame(FrameType.Data, ends ? EndStream : (byte)0, stream, Encoding.Latin1.GetBytes(text));

    public static byte[] Reset(int stream, ErrorCode code = ErrorCode.Cancel) => RawHttp2.Frame(FrameType.RstStream, 0, stream, RawHttp2.Word((int)code));

    public static byte[] Settings(params (int Id, uint Value)[] settings)
        => RawHttp2.Frame(FrameType.Settings, 0, 0, [.. settings.SelectMany(static row => (byte[])[(byte)(row.Id >> 8), (byte)row.Id, .. RawHttp2.Word((int)row.Value)])]);

    public static byte[] WindowUpdate(int stream, int increment) => RawHttp2.Frame(FrameType.WindowUpdate, 0, stream, RawHttp2.Word(increment));

    public static byte[] GoAway(int lastStream, ErrorCode code = ErrorCode.NoError) => RawHttp2.Frame(FrameType.GoAway, 0, 0, [.. RawHttp2.Word(lastStream), .. RawHttp2.Word((int)code)]);

    public static byte[] Continuation(int stream, ReadOnlySpan<byte> fragment, bool ends = true) => RawHttp2.Frame(FrameType.Continuation, ends ? EndHeaders : (byte)0, stream, fragment);

    /// <summary>The five octets of a priority, which depends on a stream and is exclusive.</summary>
    public static byte[] Dependency(int on) => [.. RawHttp2.Word(on | int.MinValue), 15];
}
