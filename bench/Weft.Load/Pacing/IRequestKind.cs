using Weft.Load.Measuring;

namespace Weft.Load.Pacing;

/// <summary>One thing a user does.</summary>
internal interface IRequestKind
{
    string Name { get; }

    /// <summary>How often it is done, relative to the others.</summary>
    int Weight { get; }

    /// <summary>Does it once. Ends in an outcome, never in an exception other than a bug of ours.</summary>
    Task<Outcome> RunAsync(long number, CancellationToken limit);
}
