using Xunit.v3;

namespace Weft.Proxy.Tests.Testing;

/// <summary>The section whose rule a test holds the proxy to, as "9113 6.5.3": the RFC and the section. The runner can choose by it (<c>-trait "Section=9113 6.5.3"</c>).</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SectionAttribute(string number) : Attribute, ITraitAttribute
{
    public string Number { get; } = number;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Section", Number)];
}
