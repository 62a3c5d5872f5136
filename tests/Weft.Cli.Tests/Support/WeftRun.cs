using Weft.Cli.Top;

namespace Weft.Cli.Tests.Support;

/// <summary>Runs the command line in this process and keeps what it said.</summary>
internal sealed record WeftRun(int ExitCode, string Out, string Error)
{
    public static Task<WeftRun> Of(ScriptedControlPlane? server, params IReadOnlyList<string> args) => new Setting { Server = server }.RunAsync(args);

    /// <summary>The process around a run. By default nothing is a terminal and the locale is UTF-8.</summary>
    internal sealed record Setting
    {
        public ScriptedControlPlane? Server { get; init; }
        public string Input { get; init; } = "";
        public bool IsTerminal { get; init; }
        public IKeyTerminal? Terminal { get; init; }
        public string? WorkingDirectory { get; init; }
        public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

        public async Task<WeftRun> RunAsync(params IReadOnlyList<string> args)
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["LANG"] = "C.UTF-8", ["HOME"] = "/nonexistent", ["TERM"] = "xterm" };
            if (Server is not null)
            {
                environment["WEFT_SOCKET"] = Server.SocketPath;
            }

            foreach (var (name, value) in Variables)
            {
                environment[name] = value;
            }

            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var host = new CliHost
            {
                In = new StringReader(Input),
                Out = output,
                Error = error,
                Clock = new FixedClock(),
                InIsTerminal = IsTerminal,
                OutIsTerminal = IsTerminal,
                ErrorIsTerminal = IsTerminal,
                OpenKeys = () => Terminal,
                Width = IsTerminal ? 200 : 0,
                WorkingDirectory = WorkingDirectory ?? Server?.Folder ?? "/",
                ProgramDirectory = "/nonexistent",
                Environment = environment,
            };
            var exit = await WeftProgram.RunAsync(args, host);
            return new WeftRun(exit, output.ToString(), error.ToString());
        }
    }
}
