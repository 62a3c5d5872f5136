using System.Text.Json;
using Weft.Contracts.Flow;

namespace Weft.Contracts.Api;

/// <summary>GET /v1/flows?filter=&amp;limit=&amp;since=: recent flow records, newest first.</summary>
public sealed record FlowList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "FlowList";
    public IReadOnlyList<FlowRecord> Flows { get; init; } = [];

    /// <summary>Records that proxies could not send for want of room since the server started.</summary>
    public long Dropped { get; init; }
}

/// <summary>GET /v1/flows/{requestId}: what every proxy on the way wrote of one request, the caller's first.</summary>
public sealed record FlowStory
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "FlowStory";
    public string RequestId { get; init; } = "";

    /// <summary>One sentence: how it ended, where and why.</summary>
    public string Verdict { get; init; } = "";
    public bool Ok { get; init; }

    /// <summary>Where it went wrong; null when it did not.</summary>
    public StoryCause? Cause { get; init; }
    public IReadOnlyList<FlowRecord> Hops { get; init; } = [];

    /// <summary>Proxies that were asked because the server itself had no record of theirs.</summary>
    public IReadOnlyList<string> Asked { get; init; } = [];
}

/// <summary>The hop at which a request went wrong. Hops before it passed the failure on; those after it only saw that somebody gave up.</summary>
public sealed record StoryCause
{
    /// <summary>Reason code; null when the application answered with an error.</summary>
    public string? Code { get; init; }
    public string Text { get; init; } = "";
    public string Source { get; init; } = "";
    public string Destination { get; init; } = "";

    /// <summary>Whose proxy tells it: "caller" or "callee".</summary>
    public string SeenBy { get; init; } = "";

    /// <summary>What decided, such as "HTTPRoute shop/cart"; null where no object of the configuration did.</summary>
    public string? Object { get; init; }

    /// <summary>Line in its canonical text, from 1.</summary>
    public int? Line { get; init; }
    public long? Commit { get; init; }
}

/// <summary>One row of GET /v1/traces.</summary>
public sealed record TraceItem
{
    public required string TraceId { get; init; }
    public DateTimeOffset Start { get; init; }
    public double DurationMs { get; init; }
    public int Spans { get; init; }
    public IReadOnlyList<string> Services { get; init; } = [];
    public int Errors { get; init; }

    /// <summary>Name of the first span.</summary>
    public string Root { get; init; } = "";
}

/// <summary>GET /v1/traces?filter=&amp;limit=</summary>
public sealed record TraceList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "TraceList";
    public IReadOnlyList<TraceItem> Items { get; init; } = [];
}

/// <summary>One span of a trace. Times in ms; the start is absolute.</summary>
public sealed record SpanItem
{
    public required string SpanId { get; init; }
    public string? ParentSpanId { get; init; }
    public string Service { get; init; } = "";
    public string Name { get; init; } = "";
    public DateTimeOffset Start { get; init; }
    public double DurationMs { get; init; }
    public bool Error { get; init; }

    /// <summary>"proxy" or "otlp".</summary>
    public string Source { get; init; } = "proxy";
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>GET /v1/traces/{traceId}: its spans, earliest first.</summary>
public sealed record TraceAnswer
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Trace";
    public required string TraceId { get; init; }
    public IReadOnlyList<SpanItem> Spans { get; init; } = [];
}

/// <summary>The event "status" of GET /v1/tap.</summary>
public sealed record TapStatus(int Proxies, long Matched, long Dropped);

/// <summary>The first line of an answer to "why".</summary>
public sealed record WhyVerdict(bool Ok, string? Code, string Text);

/// <summary>One step on the way of a request, with the object that decided.</summary>
public sealed record WhyStep
{
    /// <summary>"name", "listener", "route", "policy", "endpoints", "certificate" or "outcomes".</summary>
    public required string Name { get; init; }
    public bool Ok { get; init; }
    public string Text { get; init; } = "";

    /// <summary>Such as "HTTPRoute shop/cart"; null where a default decided.</summary>
    public string? Object { get; init; }

    /// <summary>The file of the documents of a question "what if" that the object stands in; null for one that is in force.</summary>
    public string? File { get; init; }

    /// <summary>Line from 1: in <see cref="File"/>, and without one in the canonical text of the object.</summary>
    public int? Line { get; init; }

    /// <summary>The commit that brought the object in its present form.</summary>
    public long? Commit { get; init; }
    public IReadOnlyDictionary<string, JsonElement> Evidence { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>GET /v1/why?source=&amp;destination=&amp;port=&amp;method=&amp;path=&amp;header=, and POST with a <see cref="CommitRequest"/>: what would be if it were applied.</summary>
public sealed record WhyAnswer
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Why";
    public string Source { get; init; } = "";
    public string Destination { get; init; } = "";
    public required WhyVerdict Verdict { get; init; }
    public IReadOnlyList<WhyStep> Steps { get; init; } = [];

    /// <summary>The verdict by what is in force, when the answer is about documents that are not.</summary>
    public WhyVerdict? Now { get; init; }
}
