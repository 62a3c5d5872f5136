using System.Net;
using System.Net.Http.Headers;
using Weft.Bench.Contenders;

namespace Weft.Bench.Measuring;

/// <summary>h2load looks at status codes only, so one call before each run checks what a gRPC client would: the message and the trailers.</summary>
internal static class GrpcProbe
{
    public static async Task CheckAsync(int port, GrpcOrigin origin)
    {
        byte[] message = await File.ReadAllBytesAsync(origin.MessageFile);
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://127.0.0.1:{port}{GrpcOrigin.Method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("te", "trailers");
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(request);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            string status = answer.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? values) ? string.Join(',', values) : "missing";
            if (answer.StatusCode != HttpStatusCode.OK || status != "0" || !body.AsSpan().SequenceEqual(message))
            {
                throw new InvalidOperationException($"a gRPC call got {(int)answer.StatusCode}, grpc-status {status} and {body.Length} bytes");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new InvalidOperationException("a gRPC call failed: " + failure.Message, failure);
        }
    }
}
