using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weft.Contracts.Flow;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// One JSON object a line, with the log keys of <see cref="FlowFields"/>: nested where they have a dot, times as ISO 8601, durations in milliseconds, flags as a
/// list. What is empty is left out.
/// </summary>
internal sealed class JsonLogFormat : ILogFormat
{
    private static readonly Names[] Fields = Order();

    private readonly ArrayBufferWriter<byte> _unused = new(16);
    private readonly Utf8JsonWriter _json;

    public JsonLogFormat()
    {
        // Names of hosts and paths stay readable; nothing here ends in a web page.
        _json = new Utf8JsonWriter(_unused, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Write(FlowView view, IBufferWriter<byte> to)
    {
        _json.Reset(to);
        _json.WriteStartObject();
        JsonEncodedText open = default;
        bool isOpen = false;
        foreach (Names names in Fields)
        {
            if (!FlowJson.IsPresent(view, names.Field))
            {
                continue;
            }

            if (isOpen && !(names.HasGroup && open.Equals(names.Group)))
            {
                _json.WriteEndObject();
                isOpen = false;
            }

            if (names.HasGroup && !isOpen)
            {
                _json.WriteStartObject(names.Group);
                open = names.Group;
                isOpen = true;
            }

            _json.WritePropertyName(names.Leaf);
            WriteValue(view, names.Field);
        }

        if (isOpen)
        {
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.Flush();
        to.Write("\n"u8);
    }

    private void WriteValue(FlowView view, FlowField field)
    {
        switch (field.Kind)
        {
            case FlowFieldKind.Time:
                _json.WriteStringValue(DateTimeOffset.UnixEpoch.AddTicks(view.Number(field.Key) * TimeSpan.TicksPerMicrosecond).UtcDateTime);
                break;
            case FlowFieldKind.Duration:
                _json.WriteNumberValue(view.Number(field.Key) / 1_000m);
                break;
            case FlowFieldKind.List:
                _json.WriteStartArray();
                FlowJson.WriteText(_json, view.Text(field.Key));
                _json.WriteEndArray();
                break;
            default:
                FlowJson.WriteValue(_json, view, field);
                break;
        }
    }

    /// <summary>The catalogue's order, but what belongs into one nested object stands together.</summary>
    private static Names[] Order()
    {
        Names[] all = [.. FlowFields.All.Where(static field => field.LogKey.Length > 0).Select(static field => new Names(field))];
        string[] groups = [.. all.Select(static names => names.GroupText).Distinct(StringComparer.Ordinal)];
        return [.. groups.SelectMany(group => all.Where(names => names.GroupText == group))];
    }

    private sealed class Names
    {
        public Names(FlowField field)
        {
            int dot = field.LogKey.IndexOf('.', StringComparison.Ordinal);
            Field = field;
            GroupText = dot > 0 ? field.LogKey[..dot] : "";
            HasGroup = dot > 0;
            Group = JsonEncodedText.Encode(GroupText);
            Leaf = JsonEncodedText.Encode(field.LogKey.AsSpan(dot + 1));
        }

        public FlowField Field { get; }

        public string GroupText { get; }

        public bool HasGroup { get; }

        public JsonEncodedText Group { get; }

        public JsonEncodedText Leaf { get; }
    }
}
