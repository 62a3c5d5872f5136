using System.Globalization;
using System.Text.Json;

namespace Weft.ControlPlane.Insight;

/// <summary>Numbers and texts by name, as answers carry them. What is null or no number is left out.</summary>
internal static class EvidenceText
{
    internal static Dictionary<string, JsonElement> Of(params ReadOnlySpan<(string Name, object? Value)> items)
    {
        Dictionary<string, JsonElement> evidence = [];
        foreach ((string name, object? value) in items)
        {
            if (ElementOf(value) is { } element)
            {
                evidence[name] = element;
            }
        }

        return evidence;
    }

    private static JsonElement? ElementOf(object? value) => value switch
    {
        double number when double.IsFinite(number) => Parse(Math.Round(number, 4).ToString(CultureInfo.InvariantCulture)),
        int or long or ulong => Parse(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        string text => JsonSerializer.SerializeToElement(text, EvidenceJson.Default.String),
        _ => null,
    };

    private static JsonElement Parse(string number)
    {
        using JsonDocument document = JsonDocument.Parse(number);
        return document.RootElement.Clone();
    }
}
