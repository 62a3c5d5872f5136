using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Counts the system calls of a process with <c>strace -c</c>.</summary>
internal static class Strace
{
    /// <summary>Calls of all threads of the process while <paramref name="work"/> runs, by name.</summary>
    public static async Task<Dictionary<string, long>> CountAsync(int process, Func<Task> work)
    {
        string file = Path.GetTempFileName();
        using Process strace = Programs.Start("strace", ["-f", "-c", "-o", file, "-p", process.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            // It names every thread that it has taken hold of; the proxy makes all of its own before it is ready.
            int threads = Directory.GetDirectories($"/proc/{process}/task").Length;
            for (int attached = 0; attached < threads;)
            {
                string line = await strace.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("strace ended");
                attached += line.Contains("attached", StringComparison.Ordinal) ? 1 : 0;
                if (line.Contains("with ", StringComparison.Ordinal))
                {
                    break;
                }
            }

            await work();
            Interrupt(strace);
            await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
            return Parse(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            if (!strace.HasExited)
            {
                strace.Kill();
            }

            File.Delete(file);
        }
    }

    private static void Interrupt(Process strace)
    {
        using Process kill = Programs.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    // % time, seconds, microseconds per call, calls, perhaps errors, name.
    private static Dictionary<string, long> Parse(string[] lines)
    {
        Dictionary<string, long> calls = new(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 5 && words[^1] != "total" && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                calls[words[^1]] = count;
            }
        }

        return calls;
    }
}
