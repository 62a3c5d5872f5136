namespace Weft.Cli.Commands;

/// <summary>A page of help that belongs to no single verb.</summary>
internal sealed record HelpTopic(string Name, string About, string Text);
