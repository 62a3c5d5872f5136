namespace Weft.Bench.Contenders;

/// <summary>One way to carry the traffic of a scenario: its processes, the nearest to the origin first.</summary>
/// <param name="Name">As tables show it; what follows a comma tells two set-ups of one program apart.</param>
/// <param name="Role">Whom the others are compared with.</param>
/// <param name="Port">Where the load goes.</param>
/// <param name="Launches">Empty when the load goes to the origin itself.</param>
internal sealed record Contender(string Name, Role Role, int Port, IReadOnlyList<Launch> Launches)
{
    /// <summary>How long the load runs before anything is counted: a program that compiles itself while it runs needs longer.</summary>
    public int WarmUpSeconds { get; init; } = 1;

    public static Contender Of(string name, Role role, params Launch[] launches) => new(name, role, launches[^1].Port, launches);

    /// <summary>The origin without a proxy: what has to be taken off a latency to know what a proxy adds.</summary>
    public static Contender Direct(int port) => new("no proxy", Role.None, port, []);
}
