using System.Diagnostics;
using System.Globalization;
using Weft.Wire.Tests;

namespace Weft.Fuzz;

/// <summary>
/// Inputs for one target, guided by coverage: an input that leads through the parser on a new way is kept, and changed further. The same seed takes the same steps, as far as
/// the way through the parser depends on the input alone.
/// </summary>
internal sealed class Hunt
{
    /// <summary>Longer inputs only cost time; no bound of a parser under attack lies beyond.</summary>
    private const int LongestInput = 16 * 1024;

    /// <summary>Inputs of one target before the next has its turn.</summary>
    private const int Turn = 500;

    /// <summary>A parser that takes longer for one input hangs.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly Target _target;
    private readonly List<byte[]> _corpus;
    private readonly Mutator _mutator;
    private readonly byte[] _seen = Coverage.NewMap();
    private readonly bool _isGuided;
    private int _seeds;
    private byte[] _present = [];
    private long _since;

    internal Hunt(Target target, int seed, bool isGuided = true)
    {
        _target = target;
        _corpus = [.. target.Corpus];
        _seeds = _corpus.Count;
        _isGuided = isGuided;
        _mutator = new Mutator(_corpus, seed, prefersNew: isGuided);
    }

    internal int Inputs { get; private set; }

    /// <summary>Runs all targets in turn for a while.</summary>
    /// <returns>0, or 1 after a disagreement, which is printed with the command that repeats it.</returns>
    internal static int RunAll(IReadOnlyList<Target> targets, double seconds, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        (Hunt Hunt, Stopwatch Time)[] runs = [.. targets.Select(target => (new Hunt(target, seed), new Stopwatch()))];
        using Timer watch = new(_ => Array.ForEach(runs, static run => run.Hunt.EndIfItHangs()), null, s_longest, s_longest / 10);
        do
        {
            foreach ((Hunt hunt, Stopwatch time) in runs)
            {
                time.Start();
                (byte[] Input, Exception Fault)? found = hunt.Run(Turn);
                time.Stop();
                if (found is { } fault)
                {
                    hunt.Tell(fault.Input, fault.Fault);
                    return 1;
                }
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        foreach ((Hunt hunt, Stopwatch time) in runs)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{hunt._target.Name}: {hunt.Inputs} inputs, {hunt.Inputs / time.Elapsed.TotalSeconds:f0}/s, {Coverage.Edges(hunt._seen)} edges, corpus {hunt._target.Corpus.Count} + {hunt._corpus.Count - hunt._target.Corpus.Count}, no disagreement (seed {seed})"));
        }

        return 0;
    }

    /// <summary>Tries so many inputs.</summary>
    /// <returns>The first that fails, with what was thrown; null when all passed.</returns>
    internal (byte[] Input, Exception Fault)? Run(int count)
    {
        for (int i = 0; i < count; i++)
        {
            // The seeds first: ways that they take are no news.
            byte[] input = _seeds > 0 ? _corpus[--_seeds] : _mutator.Next();
            if (input.Length > LongestInput)
            {
                continue;
            }

            Inputs++;
            Coverage.Clear();
            if (FaultOf(input) is { } fault)
            {
                return (input, fault);
            }

            if (_isGuided && Coverage.AddTo(_seen) && _seeds == 0)
            {
                _corpus.Add(input);
            }
        }

        return null;
    }

    private Exception? FaultOf(byte[] input)
    {
        _present = input;
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        try
        {
            _target.Check(input);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }
    }

    /// <summary>Nothing can stop a parser that does not come back, except the end of the process.</summary>
    private void EndIfItHangs()
    {
        long since = Volatile.Read(ref _since);
        if (since != 0 && Stopwatch.GetElapsedTime(since) > s_longest)
        {
            byte[] input = _present;
            Console.Error.WriteLine($"{_target.Name}: an input of {input.Length} bytes takes longer than {s_longest.TotalSeconds:f0} s\n{Convert.ToHexString(input)}");
            Console.Error.WriteLine($"again: Weft.Fuzz check {_target.Name} {Save(input)}");
            Environment.Exit(1);
        }
    }

    private string Save(byte[] input)
    {
        string file = Path.Combine(Path.GetTempPath(), $"weft-fuzz-{_target.Name}-{Guid.NewGuid():n}");
        File.WriteAllBytes(file, input);
        return file;
    }

    /// <summary>Makes the input as short as it gets while it fails in the same way, saves it, and says how to run it again.</summary>
    private void Tell(byte[] input, Exception fault)
    {
        byte[] least = Shorten(input, fault);
        Console.Error.WriteLine($"{_target.Name}: input {Inputs}, {input.Length} bytes, {least.Length} of which suffice\n{Convert.ToHexString(least)}\n{Text.Of(least)}\n{FaultOf(least)}");
        Console.Error.WriteLine($"again: Weft.Fuzz check {_target.Name} {Save(least)}");
    }

    private byte[] Shorten(byte[] input, Exception fault)
    {
        byte[] least = input;
        for (int piece = Math.Max(1, least.Length / 2); piece > 0; piece /= 2)
        {
            for (int at = 0; at + piece <= least.Length;)
            {
                byte[] shorter = [.. least.AsSpan(0, at), .. least.AsSpan(at + piece)];
                if (FaultOf(shorter) is { } other && other.GetType() == fault.GetType() && Place(other) == Place(fault))
                {
                    least = shorter;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return least;
    }

    /// <summary>Where an exception was thrown, so that two of one type are told apart.</summary>
    private static string Place(Exception fault) => fault.StackTrace?.Split('\n')[0] ?? "";
}
