using System.Buffers;
using System.Text;
using Weft.Contracts.Flow;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// One JSON object a line, with the log keys of <see cref="FlowFields"/>: nested where they have a dot, times as ISO 8601, durations in milliseconds, flags as a
/// list. What is empty is left out. It writes by hand, because a log of every exchange is the dearest part of telemetry.
/// </summary>
internal sealed class JsonLogFormat : ILogFormat
{
    private static readonly Names[] Fields = Order();

    private readonly JsonLine _line = new();

    public void Write(FlowView view, IBufferWriter<byte> to)
    {
        _line.Begin();
        string open = "";
        foreach (Names names in Fields)
        {
            open = Write(view, names, open);
        }

        _line.End(isNested: open.Length > 0);
        to.Write(_line.Written);
    }

    /// <summary>Writes one member if it has a value; the nested object that is open afterwards.</summary>
    private string Write(FlowView view, Names names, string open)
    {
        FlowField field = names.Field;
        FlowText text = default;
        long number = 0;
        if (field.IsText)
        {
            text = view.Text(field.Key);
            if (text.IsEmpty)
            {
                return open;
            }
        }
        else
        {
            number = view.Number(field.Key);
            if (number == 0 ? !(field.Key == FlowKey.GrpcStatus && FlowJson.IsPresent(view, field)) : number < 0)
            {
                return open;
            }
        }

        if (!ReferenceEquals(open, names.Group))
        {
            _line.TurnTo(isNested: open.Length > 0, names.Opening);
            open = names.Group;
        }

        _line.Member(names.Leaf);
        switch (field.Kind)
        {
            case FlowFieldKind.Time:
                _line.Time(number);
                break;
            case FlowFieldKind.Duration:
                _line.Milliseconds(number);
                break;
            case FlowFieldKind.Flag:
                _line.Raw("true"u8);
                break;
            case FlowFieldKind.Hex:
                _line.Hex(text.Utf8);
                break;
            case FlowFieldKind.List:
                _line.Raw("["u8);
                _line.Text(text);
                _line.Raw("]"u8);
                break;
            case FlowFieldKind.Text or FlowFieldKind.Service:
                _line.Text(text);
                break;
            default:
                _line.Number(number);
                break;
        }

        return open;
    }

    /// <summary>The catalogue's order, but what belongs into one nested object stands together.</summary>
    private static Names[] Order()
    {
        FlowField[] all = [.. FlowFields.All.Where(static field => field.LogKey.Length > 0)];
        string[] groups = [.. all.Select(GroupOf).Distinct(StringComparer.Ordinal)];
        return [.. groups.SelectMany(group => all.Where(field => GroupOf(field) == group).Select(field => new Names(field, group)))];
    }

    private static string GroupOf(FlowField field)
    {
        int dot = field.LogKey.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? field.LogKey[..dot] : "";
    }

    /// <summary>The bytes of one member's name, made once. Members of one object share the text of its name.</summary>
    private sealed class Names(FlowField field, string group)
    {
        public FlowField Field { get; } = field;

        public string Group { get; } = group;

        public byte[] Opening { get; } = group.Length == 0 ? [] : Encoding.ASCII.GetBytes($"\"{group}\":{{");

        public byte[] Leaf { get; } = Encoding.ASCII.GetBytes($"\"{field.LogKey[(field.LogKey.IndexOf('.', StringComparison.Ordinal) + 1)..]}\":");
    }
}
