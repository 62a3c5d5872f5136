using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>How the REST roles answer: JSON, and 502 with the neighbour's name when a neighbour failed.</summary>
internal static class Answers
{
    public static RequestDelegate Guarded(RequestDelegate handle) => async context =>
    {
        try
        {
            await handle(context);
        }
        catch (UpstreamFailure failure) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.JsonAsync(new Problem(failure.Message), ShopJson.Default.Problem);
        }
    };

    public static Task JsonAsync<T>(this HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    public static Task RefuseAsync(this HttpResponse response, int status, string why)
    {
        response.StatusCode = status;
        return response.JsonAsync(new Problem(why), ShopJson.Default.Problem);
    }

    public static string Query(this HttpContext context, string name, string fallback)
    {
        string? value = context.Request.Query[name];
        return string.IsNullOrEmpty(value) ? fallback : value;
    }
}
