namespace Weft.Bench.Contenders;

/// <summary>A process to start, and the port on which it then listens.</summary>
internal sealed record Launch(int Port, params string[] Command)
{
    /// <summary>What has to be done before it starts.</summary>
    public Func<Task>? Before { get; init; }

    /// <summary>What runs beside it once it listens, with the load and not counted: somebody who watches it.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>The same with a variable of the environment set.</summary>
    public Launch With(string variable) => this with { Command = ["env", variable, .. Command] };
}
