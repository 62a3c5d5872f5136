using System.Globalization;
using Weft.Fuzz;

Coverage.Attach();

const string Usage = """
    Weft.Fuzz hunt SECONDS [SEED [TARGET]] [--corpus FOLDER]
                                             inputs guided by coverage against every target, or one
    Weft.Fuzz prove                          show that the hunt finds a planted bug that blind changes do not find, and goes on from what it kept
    Weft.Fuzz check TARGET FILE              run one input, for example one that was found

    A hunt begins with the inputs that earlier ones kept in FOLDER/TARGET, artifacts/fuzz-corpus unless told, and keeps there what took new ways: the shortest input for each,
    no more than 1,000 inputs and 1 MiB for a target. Files there that no hunt wrote, or that are damaged, are ignored with a line. With an empty FOLDER the same SEED takes the
    same steps.
    """;

switch (args)
{
    case ["--help" or "-h" or "help", ..]:
    case [_, "--help" or "-h", ..]:
        Console.WriteLine(Help());
        return 0;

    case ["hunt" or "prove", ..] when !InstrumentedCopy.IsThis:
        return InstrumentedCopy.Run(args);

    case ["hunt", .. var rest, "--corpus", var folder]:
        return RunHunt(rest, folder);

    case ["hunt", .. var rest]:
        return RunHunt(rest, KeptCorpus.DefaultFolder);

    case ["prove"]:
        return Proof.Run();

    case ["check", var name, var file] when Find(name) is { } found:
        Console.WriteLine(found.Check(File.ReadAllBytes(file)) ? "accepted" : "refused or incomplete");
        return 0;

    default:
        return Refuse();
}

static int RunHunt(string[] words, string folder)
{
    int seed = 1;
    IReadOnlyList<Target> targets = Target.All;
    if (words.Length is < 1 or > 3
        || !double.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
        || (words.Length > 1 && !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out seed))
        || (words.Length > 2 && (targets = [.. Target.All.Where(target => target.Name == words[2])]).Count == 0))
    {
        return Refuse();
    }

    return Hunt.RunAll(targets, seconds, seed, new KeptCorpus(folder, Console.Error.WriteLine));
}

static int Refuse()
{
    Console.Error.WriteLine(Help());
    return 2;
}

static string Help() => $"{Usage}\nTargets: {string.Join(' ', Target.All.Select(target => target.Name))}";

static Target? Find(string name) => Target.All.FirstOrDefault(target => target.Name == name);
