namespace Weft.Cli.Progress;

/// <summary>Handle that a running step uses to say how far it is.</summary>
internal sealed class Step
{
    private volatile string _detail = "";
    private volatile bool _warned;

    public string Detail => _detail;

    public bool Warned => _warned;

    /// <summary>Shown beside the spinner, and at last in the finished line: "12 of 20 proxies".</summary>
    public void Update(string detail) => _detail = detail;

    /// <summary>The step ends with "!" instead of "✓".</summary>
    public void Warn(string detail)
    {
        _detail = detail;
        _warned = true;
    }
}
