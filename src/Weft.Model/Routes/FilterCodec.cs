using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>Filters of rules and backends: header edits; the other types are refused by name.</summary>
internal static class FilterCodec
{
    private const string RequestType = "RequestHeaderModifier";
    private const string ResponseType = "ResponseHeaderModifier";
    private static readonly string[] s_laterTypes = ["RequestMirror", "RequestRedirect", "URLRewrite", "CORS", "ExtensionRef", "ExternalAuth"];

    // Framing and routing belong to the proxy; an edit of these would make a request mean two things.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    };

    public static (HeaderModifier? Request, HeaderModifier? Response) Read(ObjectReader owner, bool responseAllowed)
    {
        HeaderModifier? request = null;
        HeaderModifier? response = null;
        foreach (ObjectReader filter in owner.Objects("filters", RouteLimits.FiltersMax))
        {
            string type = filter.RequiredText("type", $"type: {RequestType}");
            switch (type)
            {
                case RequestType:
                    Once(filter, type, request);
                    request = ReadModifier(filter, "requestHeaderModifier") ?? request;
                    filter.Finish();
                    break;
                case ResponseType when responseAllowed:
                    Once(filter, type, response);
                    response = ReadModifier(filter, "responseHeaderModifier") ?? response;
                    filter.Finish();
                    break;
                case "":
                    break;
                default:
                    RefuseType(filter, type);
                    break;
            }
        }

        return (request, response);
    }

    public static SequenceNode? Write(HeaderModifier? request, HeaderModifier? response)
    {
        List<DocumentNode> filters = [];
        if (request is not null)
        {
            filters.Add(new MappingBuilder().Add("type", RequestType).Add("requestHeaderModifier", WriteModifier(request)).Build());
        }

        if (response is not null)
        {
            filters.Add(new MappingBuilder().Add("type", ResponseType).Add("responseHeaderModifier", WriteModifier(response)).Build());
        }

        return filters.Count == 0 ? null : SequenceNode.Of(filters);
    }

    private static HeaderModifier? ReadModifier(ObjectReader filter, string field)
    {
        if (filter.RequiredObject(field, $"{field}: {{set: [{{name: x-version, value: v2}}]}}") is not { } body)
        {
            return null;
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        List<HeaderValue> set = ReadValues(body, "set", names);
        List<HeaderValue> add = ReadValues(body, "add", names);
        List<string> remove = [];
        List<string> removed = body.Texts("remove", RouteLimits.HeaderEditsMax, text => TokenRules.IsToken(text), "a header name is a token (RFC 9110, 5.6.2)");
        foreach (string name in removed)
        {
            CheckName(body, "remove", name, names);
            remove.Add(name.ToLowerInvariant());
        }

        body.Finish();
        if (names.Count == 0 && body.Node.Entries.Count == 0)
        {
            filter.Fail(
                FindingCodes.Missing,
                field,
                "has a header filter that does nothing",
                "it has no set, add or remove",
                "add one of the three, or remove the filter");
        }

        return new HeaderModifier { Set = set, Add = add, Remove = remove };
    }

    private static List<HeaderValue> ReadValues(ObjectReader body, string field, HashSet<string> names)
    {
        List<HeaderValue> values = [];
        foreach (ObjectReader item in body.Objects(field, RouteLimits.HeaderEditsMax))
        {
            string name = item.RequiredText("name", "name: x-version");
            string value = item.RequiredText("value", "value: v2", allowEmpty: true);
            item.Finish();
            CheckName(item, "name", name, names);
            if (!TokenRules.IsFieldValue(value))
            {
                item.Fail(
                    FindingCodes.BadValue,
                    "value",
                    "has a header value that may not travel",
                    "control characters and blanks at the ends are refused (RFC 9110, 5.5)",
                    "correct the value");
            }

            values.Add(new HeaderValue(name.ToLowerInvariant(), value));
        }

        return values;
    }

    private static void CheckName(ObjectReader at, string field, string name, HashSet<string> names)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (!TokenRules.IsToken(name))
        {
            at.Fail(FindingCodes.BadValue, field, $"has a bad header name \"{name}\"", "a header name is a token (RFC 9110, 5.6.2)", "correct the name");
        }
        else if (s_reserved.Contains(name) || name.StartsWith("x-weft-", StringComparison.OrdinalIgnoreCase))
        {
            at.Fail(
                FindingCodes.BadValue,
                field,
                $"edits \"{name}\", which belongs to the proxy",
                "framing, routing and Weft's own fields cannot be edited",
                "use another header");
        }
        else if (!names.Add(name))
        {
            at.Fail(
                FindingCodes.Conflict,
                field,
                $"edits \"{name}\" twice in one filter",
                "the Gateway API leaves open which edit would win",
                "keep one of the two");
        }
    }

    private static void Once(ObjectReader filter, string type, HeaderModifier? before)
    {
        if (before is not null)
        {
            filter.Fail(FindingCodes.Conflict, "type", $"has two filters of type {type}", "each may stand once in a rule", "merge the two");
        }
    }

    private static void RefuseType(ObjectReader filter, string type)
    {
        bool later = s_laterTypes.Contains(type) || type == ResponseType;
        filter.Fail(
            later ? FindingCodes.NotSupported : FindingCodes.UnknownValue,
            "type",
            later
                ? $"has a filter of type {type}, which is not supported {(type == ResponseType ? "here" : "yet")}"
                : $"has a filter of unknown type \"{type}\"",
            $"supported: {RequestType}, {ResponseType}",
            later ? "remove the filter" : $"use {NearestName.Find(type, [RequestType, ResponseType]) ?? RequestType}");
    }

    private static MappingNode WriteModifier(HeaderModifier modifier) => new MappingBuilder()
        .Add("set", modifier.Set, WriteValue)
        .Add("add", modifier.Add, WriteValue)
        .Add("remove", modifier.Remove)
        .Build();

    private static MappingNode WriteValue(HeaderValue header) => new MappingBuilder().Add("name", header.Name).Add("value", header.Value).Build();
}
