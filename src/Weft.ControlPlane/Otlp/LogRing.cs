using Weft.Contracts.Api;

namespace Weft.ControlPlane.Otlp;

/// <summary>The newest log records of applications; the oldest go first.</summary>
internal sealed class LogRing
{
    private readonly Lock _lock = new();
    private readonly Queue<LogItem> _items = new();
    private long _characters;

    internal void Add(LogItem item)
    {
        lock (_lock)
        {
            _items.Enqueue(item);
            _characters += LengthOf(item);
            while (_items.Count > OtlpLimits.LogsMax || _characters > OtlpLimits.LogCharactersMax)
            {
                _characters -= LengthOf(_items.Dequeue());
            }
        }
    }

    /// <summary>Records of a service and trace, newest first; null for any.</summary>
    internal List<LogItem> List(string? service, string? trace, int limit)
    {
        lock (_lock)
        {
            return [.. _items.Reverse().Where(item => (service is null || item.Service == service) && (trace is null || item.TraceId == trace)).Take(limit)];
        }
    }

    private static int LengthOf(LogItem item) => item.Text.Length + item.Attributes.Sum(static pair => pair.Key.Length + pair.Value.Length);
}
