using System.Globalization;
using Weft.Fuzz;

Coverage.Attach();

const string Usage = """
    weft-fuzz hunt SECONDS [SEED [TARGET]]   inputs guided by coverage against every target, or one
    weft-fuzz prove                   show that the hunt finds a planted bug that blind changes do not find
    weft-fuzz replay SECONDS [SEED]   run mutated inputs against every target
    weft-fuzz corpus FOLDER           write the first inputs of every target into FOLDER/TARGET
    weft-fuzz check TARGET FILE       run one input, for example one that a fuzzer found
    """;

switch (args)
{
    case ["hunt" or "prove", ..] when !InstrumentedCopy.IsThis:
        return InstrumentedCopy.Run(args);

    case ["hunt", var seconds, .. var rest] when rest.Length < 2 || Find(rest[1]) is not null:
        return Hunt.RunAll(rest.Length < 2 ? Target.All : [Find(rest[1])!], Seconds(seconds), Seed(rest));

    case ["prove"]:
        return Proof.Run();

    case ["replay", var seconds, .. var rest] when rest.Length <= 1:
        return Replay.Run(Seconds(seconds), Seed(rest));

    case ["corpus", var folder]:
        foreach (Target target in Target.All)
        {
            DirectoryInfo place = Directory.CreateDirectory(Path.Combine(folder, target.Name));
            for (int i = 0; i < target.Corpus.Count; i++)
            {
                File.WriteAllBytes(Path.Combine(place.FullName, i.ToString("d3", CultureInfo.InvariantCulture)), target.Corpus[i]);
            }
        }

        return 0;

    case ["check", var name, var file] when Find(name) is { } found:
        Console.WriteLine(found.Check(File.ReadAllBytes(file)) ? "accepted" : "refused or incomplete");
        return 0;

    default:
        Console.Error.WriteLine($"{Usage}\nTargets: {string.Join(' ', Target.All.Select(target => target.Name))}");
        return 2;
}

static Target? Find(string name) => Target.All.FirstOrDefault(target => target.Name == name);

static double Seconds(string text) => double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

static int Seed(string[] rest) => rest.Length > 0 ? int.Parse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture) : 1;
