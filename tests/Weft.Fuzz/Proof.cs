using Weft.Testing;

namespace Weft.Fuzz;

/// <summary>Shows that the hunt finds what blind changes do not: bounded by numbers of inputs, not by time, so that it does not depend on the machine.</summary>
internal static class Proof
{
    /// <summary>Many times what the hunt needs.</summary>
    private const int InputsMax = 1_000_000;

    private static readonly Target s_target = new("planted", ["hello, world"u8.ToArray()], static input => PlantedBug.Parse(input));

    internal static int Run()
    {
        Hunt blind = new(s_target, seed: 1, isGuided: false);
        if (blind.Run(InputsMax) is not null)
        {
            Console.Error.WriteLine($"blind changes found the planted bug after {blind.Inputs} inputs: it proves nothing");
            return 1;
        }

        Hunt guided = new(s_target, seed: 1);
        if (guided.Run(InputsMax) is not { Fault: InvalidOperationException { Message: "the planted bug" } })
        {
            Console.Error.WriteLine($"the hunt did not find the planted bug with {InputsMax} inputs");
            return 1;
        }

        Console.WriteLine($"planted bug: found after {guided.Inputs} inputs, not by {InputsMax} blind ones");
        return 0;
    }
}
