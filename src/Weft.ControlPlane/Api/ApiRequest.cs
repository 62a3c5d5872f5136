using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Weft.Contracts.Api;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Api;

/// <summary>Reads what a call carries, strictly: an unknown field of a body is an error, since a mistyped "dryRun" must not become a commit.</summary>
internal static class ApiRequest
{
    private static readonly ApiJson s_json = new(new JsonSerializerOptions(ApiJson.Default.Options)
    {
        MaxDepth = 32,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    });

    public static ValueTask<CommitRequest> ReadCommitAsync(HttpContext context) => ReadAsync(context, s_json.CommitRequest);

    public static ValueTask<TokenRequest> ReadTokenAsync(HttpContext context) => ReadAsync(context, s_json.TokenRequest);

    public static ValueTask<LoginUrlRequest> ReadLoginUrlAsync(HttpContext context) => ReadAsync(context, s_json.LoginUrlRequest);

    public static ValueTask<MapLayout> ReadLayoutAsync(HttpContext context) => ReadAsync(context, s_json.MapLayout);

    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A part of the path that must be a DNS label.</summary>
    public static string LabelRoute(HttpContext context, string name)
    {
        string text = Route(context, name);
        return DnsName.IsLabel(text)
            ? text
            : throw ApiFailureException.BadRequest($"\"{Shorten(text)}\" is no {name}: a name is 1 to 63 lower-case letters, digits and \"-\"");
    }

    public static long NumberRoute(HttpContext context, string name)
        => long.TryParse(Route(context, name), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw ApiFailureException.BadRequest($"\"{Shorten(Route(context, name))}\" is no number of a commit");

    public static string? Query(HttpContext context, string name)
        => context.Request.Query[name] switch
        {
            [] => null,
            [{ Length: > 0 } value] => value,
            [_] => null,
            _ => throw ApiFailureException.BadRequest($"the parameter \"{name}\" is given more than once"),
        };

    public static long NumberQuery(HttpContext context, string name, long standard, long min, long max)
    {
        string? text = Query(context, name);
        if (text is null)
        {
            return standard;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max
            ? number
            : throw ApiFailureException.BadRequest($"the parameter \"{name}\" must be a number between {min} and {max}");
    }

    /// <summary>Seconds, with or without a decimal fraction.</summary>
    public static TimeSpan SecondsQuery(HttpContext context, string name, double standard, double max)
    {
        string? text = Query(context, name);
        if (text is null)
        {
            return TimeSpan.FromSeconds(standard);
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0 && seconds <= max
            ? TimeSpan.FromSeconds(seconds)
            : throw ApiFailureException.BadRequest($"the parameter \"{name}\" must be seconds between 0 and {max.ToString(CultureInfo.InvariantCulture)}");
    }

    private static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw ApiFailureException.Of(415, ApiCodes.BadRequest, "the body must be application/json");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw ApiFailureException.BadRequest("the body is null");
        }
        catch (JsonException fault)
        {
            throw ApiFailureException.BadRequest($"the body is not what this call takes: {fault.Message}");
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
