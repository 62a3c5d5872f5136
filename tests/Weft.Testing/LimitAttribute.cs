namespace Weft.Testing;

/// <summary>Says that a test probes a row of docs/reference/limits.md, by the text of its first cell. A test of the sheet checks that every row has one, and that there is a row for each.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class LimitAttribute(string item) : Attribute
{
    public string Item { get; } = item;
}
