namespace Weft.Cli.Checks;

/// <summary>What the checks ask the host. The real one looks; a test answers.</summary>
internal interface IHostProbe
{
    /// <summary>Full path of a program, or null.</summary>
    string? FindProgram(string name);

    /// <summary>Text of a file under /proc or /sys, or null when it cannot be read.</summary>
    string? ReadFile(string path);

    /// <summary>True when the dynamic linker finds the library.</summary>
    bool HasLibrary(string name);

    /// <summary>True when a TCP listener can be opened on the port, on any address.</summary>
    bool IsPortFree(int port);

    /// <summary>Null when a file can be made in the folder (which is made if its parent allows), else the reason why not.</summary>
    string? WhyNotWritable(string folder);

    /// <summary>Runs a program in a network namespace that ends with it, so that nothing stays behind. Exit code 0 and no text, or what it wrote to standard error.</summary>
    Task<(int ExitCode, string Error)> TryInNewNamespaceAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel);
}
