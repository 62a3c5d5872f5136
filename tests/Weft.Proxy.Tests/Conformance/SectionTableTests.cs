using System.Reflection;
using Weft.Proxy.Tests.Testing;
using Xunit.Sdk;

namespace Weft.Proxy.Tests.Conformance;

/// <summary>Holds the suite to the tables of contents: each section with a rule that a peer can see has a test, and each row says which section it is about.</summary>
public sealed class SectionTableTests
{
    /// <summary>Sections without a rule of their own, or with rules about TLS (9.2), are not here.</summary>
    private static readonly string[] s_sections =
    [
        "9113 3.4", "9113 4.1", "9113 4.2", "9113 4.3", "9113 4.3.1", "9113 5.1", "9113 5.1.1", "9113 5.1.2", "9113 5.3.2", "9113 5.4.1", "9113 5.4.2", "9113 5.5",
        "9113 6.1", "9113 6.2", "9113 6.3", "9113 6.4", "9113 6.5", "9113 6.5.2", "9113 6.5.3", "9113 6.6", "9113 6.7", "9113 6.8", "9113 6.9", "9113 6.9.1", "9113 6.9.2",
        "9113 6.10", "9113 7", "9113 8.1", "9113 8.1.1", "9113 8.2.1", "9113 8.2.2", "9113 8.2.3", "9113 8.3", "9113 8.3.1", "9113 8.3.2", "9113 8.4", "9113 8.5",
        "9113 8.6", "9113 8.7", "7541 2.2", "7541 2.3.2", "7541 2.3.3", "7541 4.2", "7541 4.3", "7541 4.4", "7541 5.1", "7541 5.2", "7541 6.1", "7541 6.2.1",
        "7541 6.2.2", "7541 6.2.3", "7541 6.3", "8441 3", "8441 4", "8441 5", "9218 2.1", "9218 4", "9218 7.1",
    ];

    [Fact]
    public void Every_section_has_a_test()
    {
        HashSet<string> tested = [.. Tests().SelectMany(static test => test.Method.GetCustomAttributes<SectionAttribute>()).Select(static section => section.Number), .. Rows().Select(static row => row.Section)];
        Assert.Empty(s_sections.Except(tested));
    }

    [Fact]
    public void Every_test_and_every_row_says_its_section()
    {
        Assert.Empty(Tests().Where(static test => !test.Method.GetCustomAttributes<SectionAttribute>().Any()).Select(static test => test.Method.Name));
        Assert.Empty(Rows().Where(static row => row.Section.Length == 0).Select(static row => row.Rule));
        Assert.InRange(Rows().Count(), 300, 1_000);
    }

    [Fact]
    public void No_row_is_there_twice()
        => Assert.Empty(Rows().GroupBy(static row => (row.Class, row.Rule)).Where(static group => group.Count() > 1).Select(static group => group.Key));

    private static IEnumerable<(Type Class, MethodInfo Method)> Tests() => typeof(SectionTableTests).Assembly.GetTypes()
        .Where(static type => type.Namespace == typeof(SectionTableTests).Namespace && type != typeof(SectionTableTests))
        .SelectMany(static type => type.GetMethods().Where(static method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => (type, method)));

    private static IEnumerable<(Type Class, string Rule, string Section)> Rows() => Tests()
        .SelectMany(static test => test.Method.GetCustomAttributes<MemberDataAttribute>().SelectMany(data => (IEnumerable<ITheoryDataRow>)test.Class.GetProperty(data.MemberName)!.GetValue(null)!)
            .Select(row => (test.Class, Rule: (string)row.GetData()[0]!)))
        .Select(static row => (row.Class, row.Rule, SectionOf(row.Class, row.Rule)));

    /// <summary>"6.5.2 rule" is of RFC 9113, or of RFC 7541 among the tests of HPACK; another RFC is named. Empty when there is no section.</summary>
    private static string SectionOf(Type test, string rule)
    {
        string[] words = rule.Split(' ');
        bool named = words[0] is "8441" or "9218";
        string section = words[named ? 1 : 0];
        return !char.IsAsciiDigit(section[0]) ? "" : $"{(named ? words[0] : test == typeof(HpackTests) ? "7541" : "9113")} {section}";
    }
}
