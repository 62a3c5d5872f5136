using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weft.Cli.Checks;

/// <summary>Looks at the real host and leaves it as it was.</summary>
internal sealed class HostProbe(CliHost host) : IHostProbe
{
    private const int ErrorLengthMax = 400;

    public string? FindProgram(string name) => ProgramFinder.Find(host, name);

    public string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool HasLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            return false;
        }

        NativeLibrary.Free(handle);
        return true;
    }

    public bool IsPortFree(int port)
    {
        try
        {
            using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return IsPortFreeV4(port);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public string? WhyNotWritable(string folder)
    {
        try
        {
            var existed = Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, ".weft-check-" + Guid.NewGuid().ToString("N"));
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            if (!existed)
            {
                Directory.Delete(folder);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    public async Task<(int ExitCode, string Error)> TryInNewNamespaceAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
    {
        if (FindProgram("unshare") is not { } unshare || FindProgram(program) is not { } path)
        {
            return (127, $"{program} or unshare is missing");
        }

        var start = new ProcessStartInfo(unshare) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--net", "--", path, .. arguments])
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start) ?? throw new IOException($"{unshare} did not start");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var error = process.StandardError.ReadToEndAsync(cancel);
            await WriteInputAsync(process, input, cancel);
            await process.WaitForExitAsync(cancel);
            await output;
            var text = (await error).Trim();
            return (process.ExitCode, text.Length > ErrorLengthMax ? text[..ErrorLengthMax] : text);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteInputAsync(Process process, string? input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended first; its exit code says why.
        }
    }

    private static bool IsPortFreeV4(int port)
    {
        try
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
