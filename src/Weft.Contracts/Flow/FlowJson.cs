using System.Text.Json;

namespace Weft.Contracts.Flow;

/// <summary>
/// The JSON form of a flow record: the names of <see cref="FlowFields"/>, nested where they have a dot; what is empty, zero or false is left
/// out. Attempts, endpoints considered and headers are lists at its end. Writing makes no object but the writer's own memory.
/// </summary>
public static partial class FlowJson
{
    /// <summary>Longest text that is written whole; what is longer is cut. Records of the proxy are shorter.</summary>
    private const int TextMax = 4_096;

    public static void Write(Utf8JsonWriter json, FlowRecord record) => Write(json, new FlowRecordView(record));

    /// <summary>Writes one object.</summary>
    public static void Write<T>(Utf8JsonWriter json, in T flow)
        where T : IFlowView
    {
        json.WriteStartObject();
        Names[] names = FieldNames;
        JsonEncodedText open = default;
        bool isOpen = false;
        foreach (Names name in names)
        {
            if (!IsPresent(flow, name.Field))
            {
                continue;
            }

            if (isOpen && !(name.HasGroup && open.Equals(name.Group)))
            {
                json.WriteEndObject();
                isOpen = false;
            }

            if (name.HasGroup && !isOpen)
            {
                json.WriteStartObject(name.Group);
                open = name.Group;
                isOpen = true;
            }

            json.WritePropertyName(name.Leaf);
            WriteValue(json, flow, name.Field);
        }

        if (isOpen)
        {
            json.WriteEndObject();
        }

        WriteAttempts(json, flow);
        WriteConsidered(json, flow);
        WriteHeaders(json, flow);
        json.WriteEndObject();
    }

    /// <summary>Whether the field has a value that is worth writing.</summary>
    public static bool IsPresent<T>(in T flow, FlowField field)
        where T : IFlowView
        => field.Key switch
        {
            FlowKey.GrpcStatus => flow.Number(FlowKey.GrpcStatus) is var status && (status > 0 || (status == 0 && IsGrpc(flow))),
            _ when field.IsText => !flow.Text(field.Key).IsEmpty,
            _ => flow.Number(field.Key) != 0,
        };

    /// <summary>Writes the value alone, in its own unit.</summary>
    public static void WriteValue<T>(Utf8JsonWriter json, in T flow, FlowField field)
        where T : IFlowView
    {
        if (field.Kind == FlowFieldKind.Hex)
        {
            WriteHex(json, flow.Text(field.Key).Utf8);
        }
        else if (field.IsText)
        {
            WriteText(json, flow.Text(field.Key));
        }
        else if (field.Kind == FlowFieldKind.Flag)
        {
            json.WriteBooleanValue(flow.Number(field.Key) != 0);
        }
        else if (field.Key == FlowKey.StartUnixUs || field.Key == FlowKey.GrpcStatus)
        {
            json.WriteNumberValue(flow.Number(field.Key));
        }
        else
        {
            json.WriteNumberValue((ulong)flow.Number(field.Key));
        }
    }

    /// <summary>Writes a text wherever it lies. Bytes that are not UTF-8 become replacement characters.</summary>
    public static void WriteText(Utf8JsonWriter json, FlowText text)
    {
        if (text.Utf8.IsEmpty)
        {
            json.WriteStringValue(text.Characters.Length > TextMax ? text.Characters[..TextMax] : text.Characters);
            return;
        }

        ReadOnlySpan<byte> bytes = text.Utf8.Length > TextMax ? text.Utf8[..TextMax] : text.Utf8;
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
        }
        else
        {
            json.WriteStringValue(System.Text.Encoding.UTF8.GetString(bytes));
        }
    }

    private static bool IsGrpc<T>(in T flow)
        where T : IFlowView
    {
        FlowText protocol = flow.Text(FlowKey.Protocol);
        return protocol.Utf8.IsEmpty ? protocol.Characters.SequenceEqual("grpc") : protocol.Utf8.SequenceEqual("grpc"u8);
    }

    private static void WriteHex(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        Span<byte> digits = stackalloc byte[64];
        bytes = bytes[..Math.Min(bytes.Length, digits.Length / 2)];
        Convert.TryToHexStringLower(bytes, digits, out int written);
        json.WriteStringValue(digits[..written]);
    }

    private static void WriteAttempts<T>(Utf8JsonWriter json, in T flow)
        where T : IFlowView
    {
        if (flow.AttemptCount == 0)
        {
            return;
        }

        json.WriteStartArray("attempts"u8);
        for (int i = 0; i < flow.AttemptCount; i++)
        {
            Attempt attempt = flow.AttemptAt(i);
            json.WriteStartObject();
            Member(json, "endpoint"u8, attempt.Endpoint);
            Member(json, "reason"u8, attempt.Reason);
            Member(json, "connectUs"u8, attempt.ConnectUs);
            Member(json, "waitUs"u8, attempt.WaitUs);
            Member(json, "status"u8, attempt.Status);
            Member(json, "queueUs"u8, attempt.QueueUs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteConsidered<T>(Utf8JsonWriter json, in T flow)
        where T : IFlowView
    {
        if (flow.ConsideredCount == 0)
        {
            return;
        }

        json.WriteStartArray("considered"u8);
        for (int i = 0; i < flow.ConsideredCount; i++)
        {
            Considered considered = flow.ConsideredAt(i);
            json.WriteStartObject();
            Member(json, "endpoint"u8, considered.Endpoint);
            Member(json, "verdict"u8, considered.Verdict);
            Member(json, "ewmaUs"u8, considered.EwmaUs);
            Member(json, "active"u8, considered.Active);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHeaders<T>(Utf8JsonWriter json, in T flow)
        where T : IFlowView
    {
        if (flow.HeaderCount == 0)
        {
            return;
        }

        json.WriteStartArray("headers"u8);
        for (int i = 0; i < flow.HeaderCount; i++)
        {
            Header header = flow.HeaderAt(i);
            json.WriteStartObject();
            Member(json, "name"u8, header.Name);
            Member(json, "value"u8, header.Value);
            if (header.Response)
            {
                json.WriteBoolean("response"u8, true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Member(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Member(Utf8JsonWriter json, ReadOnlySpan<byte> name, uint value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static readonly Names[] FieldNames = [.. FlowFields.InJson.Select(static field => new Names(field))];

    /// <summary>The names of one field, encoded once.</summary>
    private sealed class Names
    {
        public Names(FlowField field)
        {
            int dot = field.Name.IndexOf('.', StringComparison.Ordinal);
            Field = field;
            HasGroup = dot > 0;
            Group = HasGroup ? JsonEncodedText.Encode(field.Name.AsSpan(0, dot)) : default;
            Leaf = JsonEncodedText.Encode(field.Name.AsSpan(dot + 1));
        }

        public FlowField Field { get; }

        public bool HasGroup { get; }

        public JsonEncodedText Group { get; }

        public JsonEncodedText Leaf { get; }
    }
}
