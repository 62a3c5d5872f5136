using Weft.Contracts.Flow;

namespace Weft.Cli.Top;

/// <summary>What somebody in front of <c>weft top</c> has chosen. A key makes the next one; nothing here knows a terminal.</summary>
internal sealed record TopState
{
    /// <summary>Rows per this, one of <see cref="TopRows.Groupings"/>.</summary>
    public string By { get; init; } = TopRows.Groupings[0];

    /// <summary>One of <see cref="TopRows.Columns"/>.</summary>
    public string Sort { get; init; } = TopRows.Columns[0];

    public bool IsReversed { get; init; }

    /// <summary>In force; empty: everything.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The filter that is being typed; null when none is.</summary>
    public string? Prompt { get; init; }

    /// <summary>Why what was typed is no filter.</summary>
    public string? Fault { get; init; }

    public bool IsPaused { get; init; }

    public bool HasHelp { get; init; }

    public bool IsOver { get; init; }

    /// <summary>Whether the rows of another state answer this one too.</summary>
    public bool AsksTheSameAs(TopState other) => By == other.By && Filter == other.Filter;

    public TopState Press(TerminalKey key) => key.Kind == KeyKind.Closed ? this with { IsOver = true } : Prompt is null ? Choose(key) : Type(key, Prompt);

    private TopState Choose(TerminalKey key) => key switch
    {
        { Kind: KeyKind.Right } or { Text: "s" } => this with { Sort = Next(TopRows.Columns, Sort, 1) },
        { Kind: KeyKind.Left } or { Text: "S" } => this with { Sort = Next(TopRows.Columns, Sort, -1) },
        { Kind: KeyKind.Tab } or { Text: "g" } => this with { By = Next(TopRows.Groupings, By, 1) },
        { Kind: KeyKind.BackTab } or { Text: "G" } => this with { By = Next(TopRows.Groupings, By, -1) },
        { Text: "r" } => this with { IsReversed = !IsReversed },
        { Text: "/" } => this with { Prompt = Filter, Fault = null },
        { Text: " " } => this with { IsPaused = !IsPaused },
        { Text: "?" } => this with { HasHelp = !HasHelp },
        { Kind: KeyKind.Escape } => this with { HasHelp = false },
        { Text: "q" } => this with { IsOver = true },
        _ => this,
    };

    private TopState Type(TerminalKey key, string typed) => key.Kind switch
    {
        KeyKind.Character when typed.Length + key.Text.Length <= Contracts.Flow.Filter.LengthMax => this with { Prompt = typed + key.Text, Fault = null },
        KeyKind.Backspace => this with { Prompt = WithoutLast(typed), Fault = null },
        KeyKind.Clear => this with { Prompt = "", Fault = null },
        KeyKind.Escape => this with { Prompt = null, Fault = null },
        KeyKind.Enter => Enter(typed.Trim()),
        _ => this,
    };

    /// <summary>A filter that is none stays in the prompt with the reason, and the old one in force.</summary>
    private TopState Enter(string typed) => Contracts.Flow.Filter.TryParse(typed, FilterSchema.Aggregates, out _, out var error)
        ? this with { Filter = typed, Prompt = null, Fault = null }
        : this with { Fault = error.ToString() };

    private static string WithoutLast(string typed) => typed.Length switch
    {
        0 => "",
        > 1 when char.IsSurrogatePair(typed[^2], typed[^1]) => typed[..^2],
        _ => typed[..^1],
    };

    private static string Next(IReadOnlyList<string> all, string now, int step)
    {
        var at = 0;
        while (all[at] != now)
        {
            at++;
        }

        return all[(at + step + all.Count) % all.Count];
    }
}
