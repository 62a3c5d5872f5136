using System.Globalization;

namespace Weft.Proxy.Telemetry;

/// <summary>Names of the formats in HTTP, and which one a scraper gets.</summary>
internal static class MetricsFormats
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public static string ContentType(MetricsFormat format) => format == MetricsFormat.OpenMetrics
        ? OpenMetricsType + "; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>
    /// Content negotiation (RFC 9110, 12.5.1). OpenMetrics goes to those who name it and do not like plain text more: browsers and curl, which take anything, get plain text.
    /// </summary>
    /// <param name="accept">Value of the field; empty: none.</param>
    public static MetricsFormat Choose(string accept)
    {
        double open = 0;
        double plain = 0;
        foreach (string range in accept.Split(','))
        {
            string[] parts = range.Split(';', StringSplitOptions.TrimEntries);
            double quality = Quality(parts);
            if (parts[0].Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase))
            {
                open = HasVersion(parts) ? Math.Max(open, quality) : open;
            }
            else if (parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            {
                plain = Math.Max(plain, quality);
            }
        }

        return open > 0 && open >= plain ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus;
    }

    /// <summary>Without a version any will do; 0.0.1 is an early name of the same format.</summary>
    private static bool HasVersion(string[] parts)
    {
        string? version = Array.Find(parts, static part => part.StartsWith("version=", StringComparison.OrdinalIgnoreCase));
        return version is null || version["version=".Length..].Trim('"') is "1.0.0" or "0.0.1";
    }

    private static double Quality(string[] parts)
    {
        string? weight = Array.Find(parts, static part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        return weight is null ? 1
            : double.TryParse(weight.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double quality) ? quality
            : 0;
    }
}
