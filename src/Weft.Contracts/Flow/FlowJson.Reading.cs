using System.Text.Json;

namespace Weft.Contracts.Flow;

/// <content>Reading what <see cref="Write(Utf8JsonWriter, FlowRecord)"/> wrote.</content>
public static partial class FlowJson
{
    private static readonly Dictionary<string, FlowField> ByName =
        FlowFields.InJson.ToDictionary(static field => field.Name, StringComparer.Ordinal);

    /// <summary>Reads one object; members that this version does not know are skipped.</summary>
    /// <exception cref="JsonException">The text is no JSON object, or a member has another type than it must have.</exception>
    public static FlowRecord Read(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static FlowRecord Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a flow record is an object");
        }

        FlowRecord record = new() { GrpcStatus = -1 };
        try
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                ReadMember(record, member);
            }
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException)
        {
            throw new JsonException("a member of the flow record has a wrong type", wrong);
        }

        return record;
    }

    private static void ReadMember(FlowRecord record, JsonProperty member)
    {
        switch (member.Name)
        {
            case "attempts":
                foreach (JsonElement item in member.Value.EnumerateArray())
                {
                    record.Attempts.Add(new Attempt
                    {
                        Endpoint = Text(item, "endpoint"),
                        Reason = Text(item, "reason"),
                        ConnectUs = Number(item, "connectUs"),
                        WaitUs = Number(item, "waitUs"),
                        Status = Number(item, "status"),
                        QueueUs = Number(item, "queueUs"),
                    });
                }

                break;
            case "considered":
                foreach (JsonElement item in member.Value.EnumerateArray())
                {
                    record.Considered.Add(new Considered
                    {
                        Endpoint = Text(item, "endpoint"),
                        Verdict = Text(item, "verdict"),
                        EwmaUs = Number(item, "ewmaUs"),
                        Active = Number(item, "active"),
                    });
                }

                break;
            case "headers":
                foreach (JsonElement item in member.Value.EnumerateArray())
                {
                    record.Headers.Add(new Header
                    {
                        Name = Text(item, "name"),
                        Value = Text(item, "value"),
                        Response = item.TryGetProperty("response", out JsonElement response) && response.GetBoolean(),
                    });
                }

                break;
            default:
                if (member.Value.ValueKind == JsonValueKind.Object)
                {
                    foreach (JsonProperty inner in member.Value.EnumerateObject())
                    {
                        Set(record, $"{member.Name}.{inner.Name}", inner.Value);
                    }
                }
                else
                {
                    Set(record, member.Name, member.Value);
                }

                break;
        }
    }

    private static void Set(FlowRecord record, string name, JsonElement value)
    {
        if (!ByName.TryGetValue(name, out FlowField? field))
        {
            return;
        }

        if (field.IsText)
        {
            field.SetText!(record, value.GetString() ?? "");
        }
        else
        {
            long number = value.ValueKind switch
            {
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                _ => value.TryGetInt64(out long signed) ? signed : (long)value.GetUInt64(),
            };
            field.SetNumber!(record, number);
        }
    }

    private static string Text(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static uint Number(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) ? value.GetUInt32() : 0;
}
