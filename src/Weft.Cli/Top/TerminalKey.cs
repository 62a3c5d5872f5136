namespace Weft.Cli.Top;

/// <summary>One key.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">The character, of <see cref="KeyKind.Character"/>; may be two code units.</param>
internal readonly record struct TerminalKey(KeyKind Kind, string Text = "");
