using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weft.Cli.Output;

/// <summary>JSON as people and programs read it: indented or one line, with quotes and angle brackets left readable.</summary>
internal static class JsonText
{
    public static string Indented(JsonElement element) => Write(element, indented: true);

    public static string OneLine(JsonElement element) => Write(element, indented: false);

    private static string Write(JsonElement element, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            element.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
