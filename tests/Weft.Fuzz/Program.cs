using System.Globalization;
using Weft.Fuzz;

Coverage.Attach();

const string Usage = """
    Weft.Fuzz hunt SECONDS [SEED [TARGET]]   inputs guided by coverage against every target, or one
    Weft.Fuzz prove                          show that the hunt finds a planted bug that blind changes do not find
    Weft.Fuzz check TARGET FILE              run one input, for example one that was found
    """;

switch (args)
{
    case ["hunt" or "prove", ..] when !InstrumentedCopy.IsThis:
        return InstrumentedCopy.Run(args);

    case ["hunt", var seconds, .. var rest] when rest.Length < 2 || (rest.Length == 2 && Find(rest[1]) is not null):
        int seed = rest.Length > 0 ? int.Parse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture) : 1;
        return Hunt.RunAll(rest.Length < 2 ? Target.All : [Find(rest[1])!], double.Parse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), seed);

    case ["prove"]:
        return Proof.Run();

    case ["check", var name, var file] when Find(name) is { } found:
        Console.WriteLine(found.Check(File.ReadAllBytes(file)) ? "accepted" : "refused or incomplete");
        return 0;

    default:
        Console.Error.WriteLine($"{Usage}\nTargets: {string.Join(' ', Target.All.Select(target => target.Name))}");
        return 2;
}

static Target? Find(string name) => Target.All.FirstOrDefault(target => target.Name == name);
