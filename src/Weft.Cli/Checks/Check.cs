namespace Weft.Cli.Checks;

/// <summary>One question about the host or the mesh, with its code.</summary>
/// <param name="Code">WF10xx, listed in the catalogue.</param>
/// <param name="Category">Heading under which the result stands.</param>
/// <param name="Name">What should be so.</param>
/// <param name="Ask">Answers within <see cref="CheckRunner.TimeMax"/>; an exception counts as a failure.</param>
internal sealed record Check(string Code, string Category, string Name, Func<CancellationToken, Task<CheckAnswer>> Ask);
