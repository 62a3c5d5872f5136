namespace Weft.Proxy;

/// <summary>What the control thread tells the process it runs in.</summary>
internal interface IMeshHost
{
    /// <summary>The proxy serves; the line is for who started it. Called once.</summary>
    void Ready(string line);

    /// <summary>The proxy cannot go on.</summary>
    void Fail(int exitCode, string message);
}
