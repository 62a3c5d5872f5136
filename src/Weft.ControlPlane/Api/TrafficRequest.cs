using Microsoft.AspNetCore.Http;
using Weft.Contracts.Flow;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Api;

/// <summary>Reads the parameters that all questions about traffic have in common.</summary>
internal static class TrafficRequest
{
    /// <summary>As far back as anything is kept.</summary>
    private const int WindowSecondsMax = 14 * 24 * 3_600;

    /// <summary>The last "window" seconds (60 unless <paramref name="standard"/> says otherwise), the window that ends "at" a time, or "from" to "to".</summary>
    public static TrafficQuery Read(HttpContext context, DateTimeOffset now, double standard = 60)
    {
        TimeSpan window = ApiRequest.SecondsQuery(context, "window", standard, WindowSecondsMax);
        DateTimeOffset? at = Time(context, "at");
        DateTimeOffset? from = Time(context, "from");
        DateTimeOffset? to = Time(context, "to") ?? at;
        TrafficQuery query = (from, to) switch
        {
            (null, null) => TrafficQuery.Last(window.TotalSeconds, now),
            ({ } start, null) => TrafficQuery.Between(start.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + 1) with { IsLive = true },
            (null, { } end) => TrafficQuery.Between(end.ToUnixTimeSeconds() - Math.Max(1, (long)window.TotalSeconds), end.ToUnixTimeSeconds()),
            ({ } start, { } end) => TrafficQuery.Between(start.ToUnixTimeSeconds(), end.ToUnixTimeSeconds()),
        };
        if (query.To - query.From > WindowSecondsMax + 1 || query.From > now.ToUnixTimeSeconds() || from > to)
        {
            throw ApiFailureException.BadRequest("\"from\" must be before \"to\" and not in the future, and figures are kept for 14 days");
        }

        return query with { Namespace = ApiRequest.Query(context, "namespace"), Filter = Filter(context, FilterSchema.Aggregates), Side = Side(context) };
    }

    /// <summary>The window that ends at the time in a parameter; null without it.</summary>
    public static TrafficQuery? At(HttpContext context, string name, TimeSpan window)
        => Time(context, name) is { } time
            ? TrafficQuery.Between(time.ToUnixTimeSeconds() - Math.Max(1, (long)window.TotalSeconds), time.ToUnixTimeSeconds())
                with { Namespace = ApiRequest.Query(context, "namespace") }
            : null;

    /// <summary>A time as <see cref="ApiTime"/> reads it; null without the parameter.</summary>
    public static DateTimeOffset? Time(HttpContext context, string name)
    {
        if (ApiRequest.Query(context, name) is not { } text)
        {
            return null;
        }

        return ApiTime.TryParse(text, out DateTimeOffset time)
            ? time
            : throw ApiFailureException.BadRequest($"the parameter \"{name}\" must be a time like 2026-11-26T17:00:00Z, or seconds since 1970");
    }

    /// <summary>The parameter "filter" in the fields of a schema; without it, what matches everything.</summary>
    public static Filter Filter(HttpContext context, FilterSchema schema)
    {
        string text = ApiRequest.Query(context, "filter") ?? "";
        return Contracts.Flow.Filter.TryParse(text, schema, out Filter? filter, out FilterError? error)
            ? filter
            : throw ApiFailureException.BadRequest($"the filter cannot be read: {error}");
    }

    private static Side? Side(HttpContext context) => ApiRequest.Query(context, "side") switch
    {
        null => null,
        "client" => Traffic.Side.Client,
        "server" => Traffic.Side.Server,
        _ => throw ApiFailureException.BadRequest("the parameter \"side\" must be client or server"),
    };
}
