using System.Buffers.Binary;

namespace Weft.Bench.Clients;

/// <summary>The least HTTP/2 client there is (RFC 9113): one GET on a new connection, and the settings acknowledged so that the server finds nothing amiss.</summary>
internal static class Http2Request
{
    private const int FrameHead = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte Ack = 1;

    // The status 200 is entry 8 of the static table (RFC 7541, appendix A); every server writes it as one byte.
    private const byte Status200 = 0x88;

    // Preface, empty SETTINGS, and HEADERS on stream 1 with END_STREAM and END_HEADERS: GET (2), http (6), / (4), and ":authority: localhost" (1, not indexed).
    private static readonly byte[] s_opening =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
        0, 0, 0, Settings, 0, 0, 0, 0, 0,
        0, 0, 14, Headers, 5, 0, 0, 0, 1,
        0x82, 0x86, 0x84, 0x01, 9, .. "localhost"u8,
    ];

    private static readonly byte[] s_settingsAck = [0, 0, 0, Settings, Ack, 0, 0, 0, 0];

    public static async Task AskOnceAsync(Stream stream, CancellationToken limit)
    {
        await stream.WriteAsync(s_opening, limit);
        byte[] head = new byte[FrameHead];
        bool isOk = false;
        bool hasSettings = false;
        bool hasEnded = false;
        while (!hasSettings || !hasEnded)
        {
            await stream.ReadExactlyAsync(head, limit);
            byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await stream.ReadExactlyAsync(payload, limit);
            (byte type, byte flags) = (head[3], head[4]);
            if (type == Settings && (flags & Ack) == 0)
            {
                hasSettings = true;
                await stream.WriteAsync(s_settingsAck, limit);
            }

            // A change of the table's size may come before the status.
            isOk |= type == Headers && payload.AsSpan(0, Math.Min(8, payload.Length)).Contains(Status200);
            hasEnded |= type is Headers or Data && (flags & EndStream) != 0;
        }

        if (!isOk)
        {
            throw new IOException("the answer is not 200");
        }
    }
}
