namespace Weft.Cli.Output;

/// <summary>What may be drawn on one stream: colour, symbols beyond ASCII, moving lines. Colour never carries meaning alone.</summary>
/// <param name="Color">Colour escapes may be written.</param>
/// <param name="Unicode">✓ and box lines may be written.</param>
/// <param name="Interactive">The stream is a terminal on which lines can be rewritten.</param>
internal sealed record TerminalStyle(bool Color, bool Unicode, bool Interactive)
{
    public static TerminalStyle Plain { get; } = new(false, false, false);

    public string Good => Unicode ? "✓" : "ok";

    public string Warning => Unicode ? "!" : "warn";

    public string Bad => Unicode ? "✗" : "FAIL";

    /// <summary>Decides for one stream. Priority: <c>--color</c> (and <c>--no-color</c>), non-empty <c>NO_COLOR</c>, <c>CLICOLOR_FORCE</c> or
    /// <c>FORCE_COLOR</c>, <c>TERM=dumb</c>, and at last whether the stream is a terminal.</summary>
    public static TerminalStyle For(CliHost host, bool isTerminal, string? colorFlag, bool noColorFlag)
    {
        var interactive = isTerminal && host.Variable("TERM") != "dumb";
        return new TerminalStyle(DecideColor(host, isTerminal, colorFlag, noColorFlag), host.HasUnicode, interactive);
    }

    public string Paint(Tone tone, string text) => Color && Code(tone) is { } code ? $"\u001b[{code}m{text}\u001b[0m" : text;

    private static bool DecideColor(CliHost host, bool isTerminal, string? flag, bool noColor)
    {
        if (flag == "always")
        {
            return true;
        }

        if (flag == "never" || noColor || host.Variable("NO_COLOR") is not null)
        {
            return false;
        }

        if (IsOn(host.Variable("CLICOLOR_FORCE")) || IsOn(host.Variable("FORCE_COLOR")))
        {
            return true;
        }

        return isTerminal && host.Variable("TERM") != "dumb";
    }

    private static bool IsOn(string? value) => value is not (null or "0" or "false");

    private static string? Code(Tone tone) => tone switch
    {
        Tone.Good => "32",
        Tone.Warning => "33",
        Tone.Bad => "1;31",
        Tone.Dim => "2",
        Tone.Strong => "1",
        _ => null,
    };
}
