using System.Globalization;
using System.Text;
using Weft.Contracts.Api;

namespace Weft.Model.Tests;

/// <summary>Findings as text, the way the command line lays them out.</summary>
internal static class FindingText
{
    public static string Of(IReadOnlyList<Finding> findings)
    {
        StringBuilder text = new();
        foreach (Finding finding in findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{finding.Severity}[{finding.Code}]: {finding.Message}\n");
            if (finding.Location is { } place)
            {
                text.Append(CultureInfo.InvariantCulture, $"  --> {place.File}:{place.Line}:{place.Column}");
                text.Append(place.Path is null ? "" : $"   {place.Path}").Append(place.Text is null ? "\n" : $" = \"{place.Text}\"\n");
            }

            Line(text, "why", finding.Cause);
            Line(text, "near", finding.Near);
            foreach (string fix in finding.Fixes)
            {
                Line(text, "fix", fix);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string label, string? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {label}: {value}\n");
        }
    }
}
