using Weft.Contracts.Api;

namespace Weft.ControlPlane.Otlp;

/// <summary>The newest value of each metric that applications send, bounded. History is for a store of metrics; the mesh's own figures are kept elsewhere.</summary>
internal sealed class MetricBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MetricItem Item, DateTimeOffset At)> _series = new(StringComparer.Ordinal);

    /// <returns>False when there is no room for another series, or its names are too long.</returns>
    internal bool Put(MetricItem item, DateTimeOffset now)
    {
        string key = KeyOf(item);
        if (key.Length > OtlpLimits.SeriesNameMax)
        {
            return false;
        }

        lock (_lock)
        {
            if (_series.Count >= OtlpLimits.SeriesMax && !_series.ContainsKey(key))
            {
                RemoveOld(now);
                if (_series.Count >= OtlpLimits.SeriesMax)
                {
                    return false;
                }
            }

            _series[key] = (item, now);
            return true;
        }
    }

    /// <summary>Values of a service and name in order; null for any.</summary>
    internal List<MetricItem> List(string? service, string? name, int limit)
    {
        lock (_lock)
        {
            return [.. _series
                .Where(pair => (service is null || pair.Value.Item.Service == service) && (name is null || pair.Value.Item.Name == name))
                .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                .Take(limit)
                .Select(static pair => pair.Value.Item)];
        }
    }

    private void RemoveOld(DateTimeOffset now)
    {
        foreach ((string key, (_, DateTimeOffset at)) in _series)
        {
            if (now - at > OtlpLimits.SeriesAge)
            {
                _series.Remove(key);
            }
        }
    }

    private static string KeyOf(MetricItem item)
        => string.Join('\n', [item.Service, item.Name, .. item.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => pair.Key + "=" + pair.Value)]);
}
