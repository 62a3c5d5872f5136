using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>Writes answers. A body is made whole before its first byte goes out, so that a failure can still become an error answer.</summary>
internal static class ApiAnswer
{
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = 200)
    {
        using BodyBuffer body = new();
        await using (Utf8JsonWriter json = new(body.Writer, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, value, type);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await body.CopyToAsync(context.Response.BodyWriter, context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, ApiFailureException failure)
    {
        if (failure.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return WriteAsync(context, failure.Error, ApiJson.Default.ApiError, failure.Status);
    }
}
