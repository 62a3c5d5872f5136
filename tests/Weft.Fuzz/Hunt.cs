using System.Diagnostics;
using System.Globalization;
using Weft.Wire.Tests;

namespace Weft.Fuzz;

/// <summary>
/// Inputs for one target, guided by coverage: an input that leads through the parser on a new way is kept, and changed further. The same seed takes the same steps, as far as
/// the way through the parser depends on the input alone, where it begins with the same inputs.
/// </summary>
internal sealed class Hunt
{
    /// <summary>Longer inputs only cost time; no bound of a parser under attack lies beyond.</summary>
    internal const int LongestInput = 16 * 1024;

    /// <summary>Inputs of one target before the clock is looked at.</summary>
    private const int Turn = 25;

    /// <summary>How long one target is tried before the next: one that is slow must not take the time of those that are quick.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(50);

    /// <summary>A parser that takes longer for one input hangs.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private readonly Target _target;
    private readonly List<byte[]> _corpus;
    private readonly Mutator _mutator;
    private readonly byte[] _seen = Coverage.NewMap();
    private readonly bool _isGuided;
    private readonly int _kept;
    private int _seeds;
    private byte[] _present = [];
    private long _since;

    /// <param name="target">Whom to attack.</param>
    /// <param name="seed">The same seed and the same inputs to begin with take the same steps.</param>
    /// <param name="isGuided">Whether inputs that take new ways are kept and changed further.</param>
    /// <param name="kept">Inputs of earlier hunts to begin with, beside those of the target.</param>
    internal Hunt(Target target, int seed, bool isGuided = true, IReadOnlyList<byte[]>? kept = null)
    {
        _target = target;
        _corpus = [.. target.Corpus, .. kept ?? []];
        _kept = kept?.Count ?? 0;
        _seeds = _corpus.Count;
        _isGuided = isGuided;
        _mutator = new Mutator(_corpus, seed, prefersNew: isGuided, target.Words);
    }

    internal int Inputs { get; private set; }

    /// <summary>Runs all targets in turn for a while, from what earlier hunts kept, and keeps what is worth it for the next.</summary>
    /// <returns>0, or 1 after a disagreement, which is printed with the command that repeats it.</returns>
    internal static int RunAll(IReadOnlyList<Target> targets, double seconds, int seed, KeptCorpus kept)
    {
        long start = Stopwatch.GetTimestamp();
        (Hunt Hunt, Stopwatch Time)[] runs = [.. targets.Select(target => (new Hunt(target, seed, kept: kept.Load(target.Name)), new Stopwatch()))];
        using Timer watch = new(_ => Array.ForEach(runs, static run => run.Hunt.EndIfItHangs()), null, s_longest, s_longest / 10);
        bool isFaulty = false;
        do
        {
            foreach ((Hunt hunt, Stopwatch time) in runs)
            {
                long begun = Stopwatch.GetTimestamp();
                (byte[] Input, Exception Fault)? found;
                time.Start();
                do
                {
                    found = hunt.Run(Turn);
                }
                while (found is null && Stopwatch.GetElapsedTime(begun) < s_turn);

                time.Stop();
                if (found is { } fault)
                {
                    hunt.Tell(fault.Input, fault.Fault);
                    isFaulty = true;
                    break;
                }
            }
        }
        while (!isFaulty && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        foreach ((Hunt hunt, Stopwatch time) in runs)
        {
            IReadOnlyList<byte[]> worth = hunt.WorthKeeping(KeptCorpus.InputsMax, KeptCorpus.BytesMax);
            kept.Save(hunt._target.Name, worth);
            if (!isFaulty)
            {
                hunt.Sum(time.Elapsed, seed, worth.Count);
            }
        }

        return isFaulty ? 1 : 0;
    }

    /// <summary>
    /// The inputs to begin the next hunt with: the shortest first, each that takes a way which neither the target's own nor a shorter one takes, until a bound is reached.
    /// </summary>
    internal IReadOnlyList<byte[]> WorthKeeping(int inputsMax, int bytesMax)
    {
        byte[] seen = Coverage.NewMap();
        _target.Corpus.Count(input => IsNews(input, seen));
        List<byte[]> worth = [];
        int bytes = 0;
        foreach (byte[] input in _corpus.Skip(_target.Corpus.Count).OrderBy(static input => input.Length).ThenBy(Convert.ToHexString, StringComparer.Ordinal))
        {
            if (worth.Count == inputsMax || bytes + input.Length > bytesMax)
            {
                break;
            }

            if (IsNews(input, seen))
            {
                worth.Add(input);
                bytes += input.Length;
            }
        }

        return worth;
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

    private bool IsNews(byte[] input, byte[] seen)
    {
        Coverage.Clear();
        return FaultOf(input) is null && Coverage.AddTo(seen);
    }

    private void Sum(TimeSpan time, int seed, int worth)
        => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_target.Name}: {Inputs} inputs, {Inputs / time.TotalSeconds:f0}/s, {Coverage.Edges(_seen)} edges, corpus {_target.Corpus.Count} + {_kept} kept + {_corpus.Count - _target.Corpus.Count - _kept} new, {worth} kept for the next, no disagreement (seed {seed})"));

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
