using Weft.Contracts.Protobuf;
using Weft.Proxy.Rpc;

namespace Weft.Proxy.Health;

/// <summary>An application is well when it answers SERVING to grpc.health.v1.Health/Check.</summary>
internal sealed class GrpcProbe(ProbeTarget target, string service) : IHealthProbe
{
    private const string Method = "/grpc.health.v1.Health/Check";
    private const int Serving = 1;

    // Field 1 of HealthCheckResponse, a number.
    private const uint StatusTag = 1 << 3;

    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? dialled, string? fault) = await ProbeConnection.DialAsync(target);
        if (dialled is null)
        {
            return fault;
        }

        fault = await AskAsync(dialled);
        string? result = fault is null ? null : $"{Method} of {target.Name}: {(dialled.TimedOut ? target.Late : fault)}";
        dialled.Close();
        return result;
    }

    private async ValueTask<string?> AskAsync(ProbeConnection connection)
    {
        if (await connection.OpenStreamAsync() is not { } stream)
        {
            return "no HTTP/2";
        }

        GrpcCall call = GrpcCall.Start(stream, target.Authority, Method, target.IsSecure);
        call.TrySend(new HealthCheckRequest { Service = service });
        call.EndSending();
        byte[]? answer = await call.ReceiveAsync();
        if (answer is not null)
        {
            await call.ReceiveAsync();
        }

        await call.CloseAsync();
        return answer is null ? call.Status.ToString() : Judge(answer);
    }

    internal static string? Judge(byte[] answer)
    {
        try
        {
            ProtoReader reader = new(answer);
            int status = 0;
            while (reader.TryReadTag(out uint tag))
            {
                if (tag == StatusTag)
                {
                    status = reader.ReadInt32();
                }
                else
                {
                    reader.Skip(tag);
                }
            }

            return status == Serving ? null : $"health status {status}, not SERVING";
        }
        catch (ProtoException wrong)
        {
            return "the answer does not parse: " + wrong.Message;
        }
    }
}
