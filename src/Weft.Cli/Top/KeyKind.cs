namespace Weft.Cli.Top;

/// <summary>What somebody at a terminal did.</summary>
internal enum KeyKind
{
    /// <summary>A printable character.</summary>
    Character,
    Enter,
    Escape,
    Backspace,

    /// <summary>Ctrl-U: the whole line.</summary>
    Clear,
    Left,
    Right,
    Tab,
    BackTab,

    /// <summary>The window has another size, or came back from a stop: what is drawn must be drawn anew.</summary>
    Redraw,

    /// <summary>Nobody is there any more.</summary>
    Closed,

    /// <summary>A key without a meaning here.</summary>
    Unknown,
}
