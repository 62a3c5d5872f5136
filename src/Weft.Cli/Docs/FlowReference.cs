using System.Text;
using Weft.Contracts.Flow;

namespace Weft.Cli.Docs;

/// <summary>The page <c>docs/reference/flow-record.md</c>, made from the catalogue that logs, taps, spans and filters are made from.</summary>
internal static class FlowReference
{
    public static string Write()
    {
        var text = new StringBuilder(Head);
        text.Append("| JSON | Type | Access log | OpenTelemetry attribute | Filter | Meaning |\n|---|---|---|---|---|---|\n");
        foreach (var field in FlowFields.All)
        {
            text.Append($"| {Code(field.Name)} | {TypeOf(field)} | {Code(field.LogKey)} | {Code(field.Attribute)} | {string.Join(", ", field.FilterNames.Select(Code))} | {field.Description}{(field.IsRedacted ? " **Redacted.**" : "")} |\n");
        }

        text.Append(Lists);
        text.Append("Header fields whose values are always replaced: ").AppendJoin(", ", Redaction.HeaderNames.Order(StringComparer.Ordinal).Select(Code));
        text.Append(", and every field whose name looks like a credential (it holds `token`, `secret`, `password`, `api-key`, `session`, `signature`, `csrf`, …).\n");
        text.Append(Language);
        text.Append("| Field | Compared with |\n|---|---|\n");
        foreach (var field in FilterSchema.Aggregates.Fields)
        {
            text.Append($"| {Code(field.Name)} | {Words(field.Kind)} |\n");
        }

        return text.ToString();
    }

    private const string Head = """
        # The flow record

        This page is generated from the catalogue of fields by `weft __docs docs/reference`; do not edit it.

        A proxy writes one flow record for every exchange and every opaque connection when it is over, on both sides: the proxy beside the caller (`outbound`) and the one beside the service (`inbound`). Access
        log, tap, spans, log records, filters and this page are made from one catalogue, so a field is called the same and means the same everywhere. What is empty, zero or false is left out of the JSON form. An empty
        cell means that the field does not show there. Times of the access log are milliseconds; everywhere else they are microseconds.


        """;

    private const string Lists = """

        `attempts` is the list of tries: `endpoint`, `reason`, `queueUs` (waiting for a connection), `connectUs` (dialling it), `waitUs` (from the request sent to the head of its answer), `status`.
        `considered` is what the balancer looked at, for failures and taps: `endpoint`, `verdict` (`chosen`, `tried`, `slower`, `ejected`, `draining`, `unhealthy`), `ewmaUs` (its recent latency), `active` (requests on it).
        `headers` are those that a tap asked for: `name`, `value`, `response` (true for those of the answer).

        ## Which times add up

        An exchange's total is about `clientRtt` (the caller's network) + `queue` + `connect` + `serverRtt` (the server's network) + `application` + `transfer`. Round trips are the kernel's smoothed values of the two connections, read at most once a second
        for each of them. A part that was not measured is absent, never 0.

        ## Redaction

        Values of query strings are replaced by `***`; the names stay.
        """ + " ";

    private const string Language = """

        ## Filters

        Taps, the list of flow records and the map's query bar share one language:

        ```
        status>=500 && path.startsWith("/api")
        not mtls or latency > 200ms and source in (web, shop/worker)
        path =~ /users/*/orders && !has(route)
        ```

        - Comparisons: `==` (or `=`), `!=`, `<`, `<=`, `>`, `>=`, `=~` (a pattern in which `*` stands for anything), `in (a, b)`.
        - Functions of texts: `startsWith`, `endsWith`, `contains`; `has` asks whether a list has a word (`flags.has(UF)`), and `has(field)` whether a field is there.
        - `&&` or `and`, `||` or `or`, `!` or `not`, parentheses. "Not" binds tightest, then "and", then "or".
        - Times need a unit (`us`, `ms`, `s`, `m`, `h`), sizes may have one (`B`, `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`), shares are `1%` or `0.01`.
        - Texts need quotes only when they have blanks or signs of the language in them. Case counts. A service may be named without its namespace.

        A filter is at most 4,096 characters long, with 200 comparisons and 32 levels of parentheses. An error names the column, what was expected there, and the nearest field.

        Over services and edges (the map, tables) the fields are:


        """;

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    private static string TypeOf(FlowField field) => field.Kind switch
    {
        FlowFieldKind.Text => "text",
        FlowFieldKind.Service => "service",
        FlowFieldKind.Hex => "hexadecimal",
        FlowFieldKind.List => "list, commas between",
        FlowFieldKind.Number => "number",
        FlowFieldKind.Duration => "time",
        FlowFieldKind.Size => "bytes",
        FlowFieldKind.Time => "microseconds since 1970",
        _ => "flag",
    };

    private static string Words(FilterKind kind) => kind switch
    {
        FilterKind.Share => "a share; alone: all of it",
        FilterKind.Duration => "a time",
        FilterKind.Service => "a service",
        FilterKind.Number => "a number",
        FilterKind.Flag => "nothing: it stands alone",
        _ => "a text",
    };
}
