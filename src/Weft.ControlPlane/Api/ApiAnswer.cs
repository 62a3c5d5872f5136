using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>Writes answers.</summary>
internal static class ApiAnswer
{
    // Each piece waits for the reader, and on a busy server for its turn.
    private static readonly ApiJson s_streamed = new(new JsonSerializerOptions(ApiJson.Default.Options) { DefaultBufferSize = 1024 * 1024 });

    /// <summary>Makes the body whole before its first byte goes out, so that a failure can still become an error answer.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = 200)
    {
        using BodyBuffer body = new();
        await using (Utf8JsonWriter json = new(body.Writer, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, value, type);
        }

        SetHead(context, status);
        context.Response.ContentLength = body.Length;
        await body.CopyToAsync(context.Response.BodyWriter, context.RequestAborted);
    }

    /// <summary>Writes a body that may be many megabytes at the pace of its reader, a megabyte at a time. A failure on the way ends the connection.</summary>
    public static Task StreamAsync<T>(HttpContext context, T value, Func<ApiJson, JsonTypeInfo<T>> type)
    {
        SetHead(context, 200);
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type(s_streamed), context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, ApiFailureException failure)
    {
        if (failure.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return WriteAsync(context, failure.Error, ApiJson.Default.ApiError, failure.Status);
    }

    private static void SetHead(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
    }
}
