using Weft.Testing;

namespace Weft.Fuzz;

/// <summary>
/// Shows that the hunt finds what blind changes do not, takes the same steps again with the same seed, and goes on from what it kept: bounded by numbers of inputs, not by time, so
/// that it does not depend on the machine.
/// </summary>
internal static class Proof
{
    /// <summary>Many times what the hunt needs.</summary>
    private const int InputsMax = 1_000_000;

    /// <summary>Enough for several inputs that take new ways.</summary>
    private const int Steps = 20_000;

    private static readonly Target s_target = new("planted", ["hello, world"u8.ToArray()], static input => PlantedBug.Parse(input));

    internal static int Run()
    {
        Hunt blind = new(s_target, seed: 1, isGuided: false);
        if (blind.Run(InputsMax) is not null)
        {
            return Fail($"blind changes found the planted bug after {blind.Inputs} inputs: it proves nothing");
        }

        Hunt guided = new(s_target, seed: 1);
        if (!Finds(guided))
        {
            return Fail($"the hunt did not find the planted bug with {InputsMax} inputs");
        }

        if (!CorpusAfter(Steps).SequenceEqual(CorpusAfter(Steps)))
        {
            return Fail("the same seed took other steps");
        }

        string folder = Directory.CreateTempSubdirectory("weft-fuzz-prove-").FullName;
        try
        {
            return RunKept(guided, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What a hunt kept brings the next there at once; what lies beside it does no harm; and it is bounded.</summary>
    private static int RunKept(Hunt guided, string folder)
    {
        List<string> lines = [];
        KeptCorpus kept = new(folder, lines.Add);
        IReadOnlyList<byte[]> worth = guided.WorthKeeping(KeptCorpus.InputsMax, KeptCorpus.BytesMax);
        kept.Save(s_target.Name, worth);
        string own = Path.Combine(folder, s_target.Name);
        File.WriteAllText(Path.Combine(own, "README"), "no input");
        File.WriteAllBytes(Path.Combine(own, new string('a', 64)), [1, 2, 3]);
        IReadOnlyList<byte[]> read = kept.Load(s_target.Name);
        if (worth.Count == 0 || lines.Count != 2 || !read.Select(Convert.ToHexString).Order().SequenceEqual(worth.Select(Convert.ToHexString).Order()))
        {
            return Fail($"{worth.Count} inputs were kept, {read.Count} came back, and {lines.Count} lines told of two files that are none: {string.Join("; ", lines)}");
        }

        // Another seed: it is the corpus that knows the way.
        Hunt next = new(s_target, seed: 2, kept: read);
        if (!Finds(next) || next.Inputs > guided.Inputs / 2)
        {
            return Fail($"from what was kept it took {next.Inputs} inputs, without it {guided.Inputs}");
        }

        const int Few = 8;
        if (next.WorthKeeping(1, KeptCorpus.BytesMax).Count != 1 || next.WorthKeeping(KeptCorpus.InputsMax, Few).Sum(static input => input.Length) > Few)
        {
            return Fail("what is kept is not bounded");
        }

        Console.WriteLine($"planted bug: found after {guided.Inputs} inputs, not by {InputsMax} blind ones; after {next.Inputs} from the {read.Count} inputs that the first hunt kept");
        return 0;
    }

    private static IReadOnlyList<string> CorpusAfter(int inputs)
    {
        Hunt hunt = new(s_target, seed: 1);
        hunt.Run(inputs);
        return [.. hunt.WorthKeeping(KeptCorpus.InputsMax, KeptCorpus.BytesMax).Select(Convert.ToHexString)];
    }

    private static bool Finds(Hunt hunt) => hunt.Run(InputsMax) is { Fault: InvalidOperationException { Message: "the planted bug" } };

    private static int Fail(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
