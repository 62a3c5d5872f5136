using System.Collections;
using System.Text;
using Weft.Cli.Top;

namespace Weft.Cli;

/// <summary>Everything that a verb takes from the process around it: streams, environment, clock, terminal. Tests give their own.</summary>
internal sealed class CliHost
{
    public required TextReader In { get; init; }
    public required TextWriter Out { get; init; }
    public required TextWriter Error { get; init; }
    public TimeProvider Clock { get; init; } = TimeProvider.System;
    public bool InIsTerminal { get; init; }
    public bool OutIsTerminal { get; init; }
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Takes the terminal's keys one by one; null when there is none to take.</summary>
    public Func<IKeyTerminal?> OpenKeys { get; init; } = static () => null;

    /// <summary>Columns of the terminal; 0 when there is none.</summary>
    public int Width { get; init; }

    public bool IsRoot { get; init; }
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Folder of the running program, where its siblings are looked for first.</summary>
    public string ProgramDirectory { get; init; } = "/";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A variable of the environment; an empty one counts as not set.</summary>
    public string? Variable(string name) => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>True when the locale says UTF-8, so that ✓ and the spinner can be drawn.</summary>
    public bool HasUnicode
    {
        get
        {
            var locale = Variable("LC_ALL") ?? Variable("LC_CTYPE") ?? Variable("LANG") ?? "";
            return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Where the control plane of this user keeps its data: <c>WEFT_SERVER_DATA</c>, else <c>/var/lib/weft</c> for root and
    /// <c>$XDG_STATE_HOME/weft</c> (<c>~/.local/state/weft</c>) for anybody else.</summary>
    public string DataDirectory
    {
        get
        {
            if (Variable("WEFT_SERVER_DATA") is { } given)
            {
                return given;
            }

            if (IsRoot)
            {
                return "/var/lib/weft";
            }

            var state = Variable("XDG_STATE_HOME") ?? Path.Combine(Variable("HOME") ?? "/", ".local", "state");
            return Path.Combine(state, "weft");
        }
    }

    public static CliHost ForProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var outIsTerminal = !Console.IsOutputRedirected;
        return new CliHost
        {
            // Console.In would put a terminal into application mode, which a command that only prints has no business to do.
            In = new StreamReader(Console.OpenStandardInput(), utf8, detectEncodingFromByteOrderMarks: false),
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8, 16384) { AutoFlush = outIsTerminal },
            Error = new StreamWriter(Console.OpenStandardError(), utf8, 1024) { AutoFlush = true },
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OpenKeys = KeyTerminal.TryOpen,
            Width = outIsTerminal ? TerminalWidth() : 0,
            IsRoot = System.Environment.IsPrivilegedProcess,
            WorkingDirectory = System.Environment.CurrentDirectory,
            ProgramDirectory = AppContext.BaseDirectory,
            Environment = ReadEnvironment(),
        };
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static Dictionary<string, string> ReadEnvironment()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            all[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return all;
    }
}
