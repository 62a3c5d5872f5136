using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Contracts.Discovery;
using Weft.Contracts.Otlp;
using Weft.Contracts.Protobuf;

namespace Weft.ControlPlane.Otlp;

/// <summary>OTLP over HTTP with binary protobuf (OTLP specification 1.x, "OTLP/HTTP"). JSON is refused with 415: exporters that write it can write protobuf too.</summary>
internal sealed class OtlpHttp(OtlpIntake intake, OtlpGate gate)
{
    private const string Protobuf = "application/x-protobuf";
    private const int InvalidArgument = 3;
    private const int Unauthenticated = 16;

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/traces", context => TakeAsync<OtlpExport<OtlpSpan>>(context, intake.Take));
        routes.MapPost("/v1/logs", context => TakeAsync<OtlpExport<OtlpLog>>(context, intake.Take));
        routes.MapPost("/v1/metrics", context => TakeAsync<OtlpExport<OtlpMetric>>(context, intake.Take));
    }

    private async Task TakeAsync<T>(HttpContext context, Func<T, OtlpAnswer> take)
        where T : class, IProtoMessage<T>
    {
        if (!gate.Allows(context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, 401, Unauthenticated, OtlpGate.Refusal);
        }
        else if (context.Request.ContentType?.Split(';', 2)[0].Trim() != Protobuf)
        {
            await RefuseAsync(context, 415, InvalidArgument, $"the body must be {Protobuf}");
        }
        else if (await ReadAsync(context) is { } body)
        {
            await AnswerAsync(context, take, body);
        }
    }

    private static async Task AnswerAsync<T>(HttpContext context, Func<T, OtlpAnswer> take, byte[] body)
        where T : class, IProtoMessage<T>
    {
        T request;
        try
        {
            request = T.Parse(body);
        }
        catch (ProtoException fault)
        {
            await RefuseAsync(context, 400, InvalidArgument, "the body is no such message: " + fault.Message);
            return;
        }

        await WriteAsync(context, 200, take(request).ToBytes());
    }

    /// <summary>The body, unpacked; null when it was refused.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        string encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            await RefuseAsync(context, 415, InvalidArgument, "the body may be packed with gzip, and not otherwise");
            return null;
        }

        try
        {
            Stream body = encoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress, leaveOpen: true) : context.Request.Body;
            return await ReadWholeAsync(body, context.RequestAborted) is { } bytes ? bytes : await TooLongAsync(context);
        }
        catch (InvalidDataException)
        {
            await RefuseAsync(context, 400, InvalidArgument, "the body is not what gzip makes");
            return null;
        }
        catch (BadHttpRequestException fault)
        {
            await RefuseAsync(context, fault.StatusCode, InvalidArgument, fault.Message);
            return null;
        }
    }

    /// <summary>Reads to the end; null when it is longer than a message may be, however small it was packed.</summary>
    private static async Task<byte[]?> ReadWholeAsync(Stream body, CancellationToken stop)
    {
        using MemoryStream whole = new();
        byte[] part = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(part, stop)) > 0)
        {
            if (whole.Length + read > OtlpLimits.BodyBytesMax)
            {
                return null;
            }

            whole.Write(part, 0, read);
        }

        return whole.ToArray();
    }

    private static async Task<byte[]?> TooLongAsync(HttpContext context)
    {
        await RefuseAsync(context, 413, InvalidArgument, $"the body is longer than {OtlpLimits.BodyBytesMax} bytes; send smaller batches");
        return null;
    }

    private static Task RefuseAsync(HttpContext context, int status, int code, string message)
        => WriteAsync(context, status, new RpcStatus { Code = code, Message = message }.ToBytes());

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Protobuf;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
