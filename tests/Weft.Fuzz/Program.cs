using System.Globalization;
using SharpFuzz;
using Weft.Fuzz;

const string Usage = """
    weft-fuzz replay SECONDS [SEED]   run mutated inputs against every target
    weft-fuzz corpus FOLDER           write the first inputs of every target into FOLDER/TARGET
    weft-fuzz check TARGET FILE       run one input, for example one that a fuzzer found
    weft-fuzz TARGET                  run under afl-fuzz, after instrumenting Weft.Wire.dll with SharpFuzz
    """;

switch (args)
{
    case ["replay", var seconds, .. var rest] when rest.Length <= 1:
        int seed = rest.Length == 1 ? int.Parse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture) : 1;
        return Replay.Run(double.Parse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), seed);

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

    case [var name] when Find(name) is { } attacked:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using MemoryStream input = new();
            stream.CopyTo(input);
            attacked.Check(input.ToArray());
        });
        return 0;

    default:
        Console.Error.WriteLine($"{Usage}\nTargets: {string.Join(' ', Target.All.Select(target => target.Name))}");
        return 2;
}

static Target? Find(string name) => Target.All.FirstOrDefault(target => target.Name == name);
