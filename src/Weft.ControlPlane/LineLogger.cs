using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Weft.ControlPlane;

/// <summary>Writes one line per event to standard error: level, category, message and, if there is one, the exception's type and message.</summary>
internal sealed class LineLogger(string category, LogFormat format, TimeProvider time, TextWriter output) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel)
        => logLevel >= (category.StartsWith("Weft.", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning) && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string message = formatter(state, exception);
        string now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string line = format == LogFormat.Json
            ? JsonLine(now, logLevel, message, exception)
            : $"{now} {LevelText(logLevel),-5} {category}: {OneLine(message)}{(exception is null ? "" : $": {OneLine(exception.ToString())}")}";
        lock (output)
        {
            output.WriteLine(line);
        }
    }

    private string JsonLine(string now, LogLevel level, string message, Exception? exception)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("ts", now);
            writer.WriteString("level", LevelText(level));
            writer.WriteString("category", category);
            writer.WriteString("message", message);
            if (exception is not null)
            {
                writer.WriteString("exception", exception.ToString());
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Line breaks from outside must not look like lines of ours.</summary>
    private static string OneLine(string text) => text.ReplaceLineEndings(" | ");

    private static string LevelText(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
