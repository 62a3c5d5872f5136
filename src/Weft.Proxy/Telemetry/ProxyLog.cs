using System.Globalization;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// The proxy's own log: one line per event on standard error, for events of the control thread and of start and stop.
/// Nothing on the path of a request writes here; requests are counted, not logged.
/// </summary>
internal static class ProxyLog
{
    private static readonly Lock Gate = new();

    /// <summary>What is below it is not told.</summary>
    public static LogLevel Least { get; set; }

    public static TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where lines go; tests replace it.</summary>
    public static Action<string> Sink { get; set; } = static line => Console.Error.WriteLine(line);

    public static void Info(string message) => Write(LogLevel.Info, "info", message);

    public static void Warn(string message) => Write(LogLevel.Warn, "warn", message);

    public static void Error(string message) => Write(LogLevel.Error, "error", message);

    private static void Write(LogLevel rank, string level, string message)
    {
        if (rank < Least)
        {
            return;
        }

        string line = string.Create(CultureInfo.InvariantCulture, $"{Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level} {OneLine(message)}");
        lock (Gate)
        {
            try
            {
                Sink(line);
            }
            catch (IOException)
            {
                // Standard error is gone: a log that cannot be written must not stop traffic.
            }
        }
    }

    /// <summary>Texts may hold what a peer sent: control bytes must not forge lines of the log.</summary>
    private static string OneLine(string message) =>
        message.AsSpan().ContainsAnyInRange('\0', '\u001f')
            ? string.Concat(message.Select(static c => c < ' ' ? ' ' : c))
            : message;
}
