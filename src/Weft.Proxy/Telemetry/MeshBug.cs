using System.Diagnostics;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Broken promises of our own code that need not stop the process: they are counted (<c>weft_bugs_total</c>), logged
/// while they are few, and stop a debug build. Faults of peers and networks are not bugs and never come here.
/// </summary>
internal static class MeshBug
{
    /// <summary>After so many the log has said enough; the counter goes on.</summary>
    private const long LoggedAtMost = 100;

    private static long _count;

    public static long Count => Interlocked.Read(ref _count);

    /// <summary>Tests listen here; a debug build without a listener asserts.</summary>
    public static Action<string>? Listener { get; set; }

    public static void Report(string what)
    {
        long count = Interlocked.Increment(ref _count);
        if (Listener is { } listener)
        {
            listener(what);
            return;
        }

        if (count <= LoggedAtMost)
        {
            ProxyLog.Error($"bug in weft-proxy: {what} (please report it)");
        }

        Debug.Fail(what);
    }
}
