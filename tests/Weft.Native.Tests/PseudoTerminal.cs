using System.Diagnostics;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A program on a pseudo-terminal, which <c>script</c> (util-linux) makes: a test types, and sees what is written.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _written = new();
    private readonly Lock _lock = new();
    private readonly Task _reading;

    private PseudoTerminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <param name="command">Of bash, which has the jobs of a terminal.</param>
    /// <param name="variables">Of its environment.</param>
    public static PseudoTerminal Start(string command, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new("script", ["--quiet", "--flush", "--return", "--command", $"exec bash -mc '{command}'", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new PseudoTerminal(Process.Start(start)!);
    }

    /// <summary>All that was written until now.</summary>
    public string Written
    {
        get
        {
            lock (_lock)
            {
                return _written.ToString();
            }
        }
    }

    public async Task TypeAsync(string keys)
    {
        await _script.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(keys), TestContext.Current.CancellationToken);
        await _script.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Types and waits for a text in what is written from then on.</summary>
    public async Task<string> TypeUntilAsync(string keys, string text)
    {
        int from = Written.Length;
        await TypeAsync(keys);
        return await SeeAsync(text, from);
    }

    /// <summary>What was written from a place on, as soon as a text is in it.</summary>
    public async Task<string> SeeAsync(string text, int from = 0)
    {
        for (long until = Environment.TickCount64 + 60_000; ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            string written = Written[from..];
            if (written.Contains(text, StringComparison.Ordinal))
            {
                return written;
            }

            Assert.True(Environment.TickCount64 < until, $"\"{text}\" was never written; there is: {written}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
        }

        await _reading;
        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        char[] characters = new char[buffer.Length + 1];
        for (int length; (length = await _script.StandardOutput.BaseStream.ReadAsync(buffer, CancellationToken.None)) > 0;)
        {
            int count = decoder.GetChars(buffer, 0, length, characters, 0);
            lock (_lock)
            {
                _written.Append(characters, 0, count);
            }
        }
    }
}
