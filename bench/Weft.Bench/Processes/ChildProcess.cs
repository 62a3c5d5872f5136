using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Bench.Processes;

/// <summary>A program that runs beside us until it is disposed, on one processor if asked; its output is kept for the case that it fails.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int OutputCharactersMax = 64 * 1024;
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int Interrupted = 130;
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<ChildProcess, bool> s_running = new();

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process, string name)
    {
        _process = process;
        Name = name;
    }

    public string Name { get; }

    public IReadOnlyList<int> Tree => ProcessFigures.TreeOf(_process.Id);

    public double CpuUs => Tree.Sum(ProcessFigures.CpuUs);

    /// <summary>Ticks of 10 ms spent so far, in the kernel and altogether.</summary>
    public (long Kernel, long All) Ticks
    {
        get
        {
            long kernel = 0;
            long all = 0;
            foreach (int process in Tree)
            {
                ProcessFigures.AddTicks(process, ref kernel, ref all);
            }

            return (kernel, all);
        }
    }

    public long ResidentKiB => Tree.Sum(ProcessFigures.ResidentKiB);

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ChildProcess Start(string name, int? processor, params string[] command)
    {
        string[] words = processor is null ? command : ["taskset", "-c", processor.Value.ToString(CultureInfo.InvariantCulture), .. command];
        ProcessStartInfo start = new(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string word in words[1..])
        {
            start.ArgumentList.Add(word);
        }

        ChildProcess child = new(new Process { StartInfo = start }, name);
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.Start();
        s_running[child] = true;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs to the end and returns what it printed. Throws when it fails or takes longer than <paramref name="patience"/>.</summary>
    public static async Task<string> RunAsync(TimeSpan patience, int? processor, params string[] command)
    {
        using ChildProcess child = Start(command[0], processor, command);
        using CancellationTokenSource limit = new(patience);
        try
        {
            await child._process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{string.Join(' ', command)} did not end within {patience.TotalSeconds} s: {child.Output}");
        }

        return child._process.ExitCode == 0
            ? child.Output
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {child._process.ExitCode}: {child.Output}");
    }

    /// <summary>Ends this program and, without their leave, all that it started: for the signal that interrupts a measurement.</summary>
    /// <param name="last">What is left to do when the children are gone.</param>
    public static void EndAll(Action last)
    {
        foreach (int process in s_running.Keys.SelectMany(child => child.Tree).ToArray())
        {
            _ = Kill(process, SigKill);
        }

        last();
        Exit(Interrupted);
    }

    public void Dispose()
    {
        s_running.TryRemove(this, out _);
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            if (!_process.WaitForExit(s_stopPatience))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            if (_output.Length < OutputCharactersMax)
            {
                _output.Append(line).Append('\n');
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    // Without the usual clearing up, which would wait for measurements whose processes are gone.
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
