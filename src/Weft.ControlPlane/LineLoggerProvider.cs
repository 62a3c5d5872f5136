using Microsoft.Extensions.Logging;

namespace Weft.ControlPlane;

/// <summary>Makes loggers that write lines to one place.</summary>
internal sealed class LineLoggerProvider(LogFormat format, TimeProvider time, TextWriter output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, format, time, output);

    public void Dispose()
    {
    }
}
