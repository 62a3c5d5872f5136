using System.Globalization;

namespace Weft.Bench.Contenders;

/// <summary>A gRPC service as light as one can be: nghttpd answers every call with the same message and <c>grpc-status: 0</c> in the trailers.</summary>
internal sealed class GrpcOrigin(string folder)
{
    /// <summary>The path of the method; its ending tells nghttpd the content type.</summary>
    public const string Method = "/bench.Echo/Unary.grpc";

    private const int MessageBytes = 32;

    /// <summary>What the client sends and gets: one message of 32 bytes, not compressed, with its prefix of five.</summary>
    public string MessageFile { get; } = Path.Combine(folder, "grpc-www" + Method);

    public Launch Launch(int port)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(MessageFile)!);
        byte[] message = new byte[5 + MessageBytes];
        message[4] = MessageBytes;
        message.AsSpan(5).Fill((byte)'w');
        File.WriteAllBytes(MessageFile, message);
        string types = Path.Combine(folder, "grpc.types");
        File.WriteAllText(types, "application/grpc grpc\n");
        return new Launch(
            port,
            "nghttpd", "--no-tls", "--address=127.0.0.1", "--htdocs=" + Path.Combine(folder, "grpc-www"), "--mime-types-file=" + types, "--trailer=grpc-status: 0",
            "--no-content-length", "--max-concurrent-streams=1000", port.ToString(CultureInfo.InvariantCulture));
    }
}
