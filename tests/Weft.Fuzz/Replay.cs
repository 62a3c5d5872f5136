using System.Diagnostics;
using Weft.Wire.Tests;

namespace Weft.Fuzz;

/// <summary>
/// Runs mutated inputs against all targets for a while, without any fuzzer. Input number N of a seed is always the same, so
/// that a failure can be repeated; only how far it gets depends on the machine.
/// </summary>
internal static class Replay
{
    /// <summary>Inputs of one target before the next has its turn.</summary>
    private const int Turn = 500;

    internal static int Run(double seconds, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        (Target Target, Mutator Mutator)[] runs = [.. Target.All.Select(target => (target, new Mutator(target.Corpus, seed)))];
        int[] accepted = new int[runs.Length];
        int inputs = 0;
        do
        {
            for (int i = 0; i < runs.Length; i++)
            {
                int? more = TakeTurn(runs[i].Target, runs[i].Mutator, inputs);
                if (more is null)
                {
                    return 1;
                }

                accepted[i] += more.Value;
            }

            inputs += Turn;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        for (int i = 0; i < runs.Length; i++)
        {
            Console.WriteLine($"{runs[i].Target.Name}: {inputs} inputs, {accepted[i]} accepted, no disagreement (seed {seed})");
        }

        return 0;
    }

    /// <summary>How many inputs were accepted; null after a disagreement, which is printed.</summary>
    private static int? TakeTurn(Target target, Mutator mutator, int first)
    {
        int accepted = 0;
        for (int number = first; number < first + Turn; number++)
        {
            byte[] input = mutator.Next();
            try
            {
                accepted += target.Check(input) ? 1 : 0;
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"{target.Name}: input {number}\n{Convert.ToHexString(input)}\n{Text.Of(input)}\n{e}");
                return null;
            }
        }

        return accepted;
    }
}
