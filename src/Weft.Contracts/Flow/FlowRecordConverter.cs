using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Contracts.Flow;

/// <summary>Flow records inside other documents have the form of <see cref="FlowJson"/>.</summary>
public sealed class FlowRecordConverter : JsonConverter<FlowRecord>
{
    public override FlowRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return FlowJson.Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, FlowRecord value, JsonSerializerOptions options) => FlowJson.Write(writer, value);
}
