using System.ComponentModel;
using System.Diagnostics;

namespace Weft.Cli.Host;

/// <summary>Runs the host's own tools (<c>ip</c>, <c>nft</c>, <c>nsenter</c>) without a shell, with their standard error kept for the message.</summary>
internal static class HostCommand
{
    /// <summary>Nothing that we call takes long; a tool that hangs must not hang us.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static readonly string[] SystemFolders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>The full path of a program, looked for in PATH and then in the system's folders (PATH of an ordinary user lacks sbin); null if there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(program) ? program : null;
        }

        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (string folder in path.Concat(SystemFolders))
        {
            string candidate = Path.Combine(folder, program);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Runs a program to its end. Throws only when it cannot be started or does not end in <see cref="Timeout"/>.</summary>
    public static async Task<HostCommandResult> TryRunAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw HostErrors.MissingProgram(program, PackageOf(program)))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        using Process process = Start(start);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteInputAsync(process, input, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new HostCommandResult(process.ExitCode, await output, (await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            throw Failure(program, arguments, $"it did not end in {Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Runs a program and returns its standard output.</summary>
    /// <exception cref="CliException">It ended with another code than 0; the message holds what it wrote to standard error.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancel, string? input = null)
    {
        HostCommandResult result = await TryRunAsync(program, arguments, input, cancel);
        return result.Ok ? result.Output : throw Failure(program, arguments, result.Error.Length > 0 ? result.Error : $"exit code {result.ExitCode}");
    }

    public static CliException Failure(string program, IReadOnlyList<string> arguments, string why) =>
        HostErrors.Fail(HostErrors.CommandFailed, $"\"{program} {string.Join(' ', arguments)}\" failed: {why}", null, "weft check");

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("no process");
        }
        catch (Win32Exception e)
        {
            throw Failure(start.FileName, start.ArgumentList, e.Message);
        }
    }

    private static async Task WriteInputAsync(Process process, string? input, CancellationToken cancel)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of it; its exit code and standard error say why.
        }
    }

    private static string PackageOf(string program) => program switch
    {
        "nft" => "nftables",
        "ip" => "iproute2",
        "nsenter" or "setsid" or "setpriv" => "util-linux",
        _ => program,
    };
}
