using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weft.Model.Text;

/// <summary>Writes a tree as JSON, fields in the order of the tree.</summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement ToElement(MappingNode root)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, s_options))
        {
            Write(writer, root);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, DocumentNode node)
    {
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (MappingEntry entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key.Value);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (DocumentNode item in sequence.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ScalarNode { Type: ScalarType.Text } text:
                writer.WriteStringValue(text.Value);
                break;
            case ScalarNode scalar:
                writer.WriteRawValue(scalar.Value);
                break;
        }
    }
}
