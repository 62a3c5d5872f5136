using System.CommandLine;
using System.Diagnostics;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft dashboard</c>: opens the page in a browser that is logged in.</summary>
internal static class DashboardCommand
{
    private static readonly string[] Roles = ["viewer", "operator", "admin"];

    private static readonly Option<bool> Print = new("--print") { Description = "Only print the address: over SSH, or for another browser" };
    private static readonly Option<string> Role = new("--role") { Description = "What may be done there: viewer, operator or admin (default admin)", HelpName = "ROLE", DefaultValueFactory = _ => "admin" };

    public static Verb Create() =>
        new Verb("dashboard", "Open the page with the map, logged in by a one-time address", VerbGroup.Observe, "weft dashboard", "weft dashboard --print", "weft dashboard --print --role viewer")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml],
            Details = "The address logs one browser in, once, within five minutes. Over SSH forward the page's port first, as in ssh -L 15012:127.0.0.1:15012 HOST, then open the printed address at home. "
                + "Without a screen to open a browser on, the address is printed as with --print.",
        }.With(Print, Role, CommonOptions.Context).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        string role = run.Get(Role)!;
        if (!Roles.Contains(role))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--role takes viewer, operator or admin, not \"{role}\"");
        }

        using var api = run.OpenApi();
        LoginUrl login = await api.LoginUrlAsync(new LoginUrlRequest(role), cancel);
        if (!run.Output.IsTable)
        {
            run.Output.Write(login, ApiJson.Default.LoginUrl, () => new TextTable());
            return ExitCode.Ok;
        }

        if (!run.Get(Print) && TryOpen(login.Url))
        {
            run.Say($"opened in your browser as {role}; the address for another one: weft dashboard --print");
            return ExitCode.Ok;
        }

        run.Output.Line(login.Url);
        run.Say($"logs one browser in as {role}, once, until {Units.Timestamp(login.ExpiresAt)}");
        if (Environment.GetEnvironmentVariable("SSH_CONNECTION") is { Length: > 0 })
        {
            int port = new Uri(login.Url).Port;
            run.Say($"over SSH, at home first: ssh -L {port}:127.0.0.1:{port} THIS-HOST");
        }

        return ExitCode.Ok;
    }

    /// <summary>Asks the desktop to open it. False without a desktop: a browser in a terminal would not show the page.</summary>
    private static bool TryOpen(string url)
    {
        bool hasScreen = Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        if (!hasScreen || Environment.IsPrivilegedProcess)
        {
            return false;
        }

        try
        {
            using Process? opener = Process.Start(new ProcessStartInfo("xdg-open", [url]) { RedirectStandardOutput = true, RedirectStandardError = true });
            return opener is not null && opener.WaitForExit(5000) && opener.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
