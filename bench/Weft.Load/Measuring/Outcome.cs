namespace Weft.Load.Measuring;

/// <summary>How one request ended: well when <see cref="Failure"/> is null, otherwise with a short reason such as <c>status-502</c>,
/// <c>connect</c>, <c>timeout</c>, <c>closed</c>, <c>body</c>.</summary>
internal readonly record struct Outcome(string? Failure, string? Version = null, bool Retried = false)
{
    public static Outcome Ok => default;

    public static Outcome Fail(string reason) => new(reason);
}
