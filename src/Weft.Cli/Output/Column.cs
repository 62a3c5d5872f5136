namespace Weft.Cli.Output;

/// <summary>One column of a table. Figures stand right-aligned; a wide column is left out unless <c>-o wide</c>, CSV or JSON asks for all.</summary>
internal readonly record struct Column(string Name, bool Right = false, bool Wide = false);
