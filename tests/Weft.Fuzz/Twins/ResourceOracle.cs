using System.Text;
using System.Text.RegularExpressions;
using Weft.Contracts.Api;
using Weft.Model;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// Resources as people, Git and other tools write them. Whatever the text, it is read or found fault with, and each finding has a place that the text has; what was read without
/// one is the same resource in its canonical YAML and in its JSON, and both are canonical already.
/// </summary>
internal static partial class ResourceOracle
{
    private const string File = "input";

    /// <summary>Every document that the tests of the model have, good and bad, each for itself: what is short is changed at the place that matters.</summary>
    internal static IReadOnlyList<byte[]> Corpus { get; } = [.. Documents().Select(Encoding.UTF8.GetBytes)];

    internal static IReadOnlyList<string> Words { get; } =
    [
        "\n", "\n  ", "\n---\n", ": ", "- ", "{}", "[]", "\"", "'", "#", "|\n", ">-\n", "? ", "\r", "\u0085", "\u2028", "\ufeff", "\t", "~", "null", "true", "0x1f", "1.5", "90s", "1h30m",
        "apiVersion: v1\n", "kind: Service\n", "metadata: {name: a}\n", "spec:\n", "name: ", "namespace: ", "labels: ", "port: 80", "value: ", "type: ", "targetRef: {kind: Service, name: a}",
        "&a ", "*a", "!!str ", "%YAML 1.2\n", "\\ud83d\\ude00", "\ud83d\ude00",
    ];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        ParsedSet set = ModelParser.Parse([new SourceDocument(File, text)], "shop");
        string[] lines = LineBreak().Split(text);
        foreach (Finding finding in set.Findings)
        {
            CheckPlace(finding, lines);
        }

        foreach (Resource resource in set.Resources)
        {
            CheckCanonical(resource, resource.Yaml, "YAML");
            CheckCanonical(resource, resource.ToJson().GetRawText(), "JSON");
        }

        return set.Resources.Count > 0;
    }

    private static void CheckPlace(Finding finding, string[] lines)
    {
        DisagreementException.Unless(finding.Message.Length > 0 && finding.Code.Length > 0, "a finding has a code and says something");
        if (finding.Location is not { } place)
        {
            DisagreementException.Unless(finding.Message.EndsWith("more findings are not shown", StringComparison.Ordinal), $"a place for: {finding.Message}");
            return;
        }

        bool isWithin = place.File == File && place.Line >= 1 && place.Line <= lines.Length && place.Column >= 1 && place.Column <= lines[place.Line - 1].Length + 1;
        DisagreementException.Unless(isWithin, $"line {place.Line}, column {place.Column} is in the text of {lines.Length} lines: {finding.Message}; {finding.Cause}");
    }

    private static void CheckCanonical(Resource resource, string written, string form)
    {
        ParsedSet again = ModelParser.Parse([new SourceDocument(form, written)], "elsewhere");
        DisagreementException.Unless(again is { Findings.Count: 0, Resources.Count: 1 }, $"the {form} of {resource} is read again: {string.Join('\n', again.Findings.Select(static one => one.Message))}\n{written}");
        DisagreementException.UnlessEqual(resource.Key, again.Resources[0].Key, "the key");
        DisagreementException.UnlessEqual(resource.Yaml, again.Resources[0].Yaml, $"the canonical YAML of what was read from {form}");
    }

    /// <summary>Lines as YAML has them (1.2.2, 5.4), and those that YAML 1.1 had beside them.</summary>
    [GeneratedRegex("\r\n|[\r\n\u0085\u2028\u2029]", RegexOptions.CultureInvariant)]
    private static partial Regex LineBreak();

    private static IEnumerable<string> Documents()
    {
        System.Reflection.Assembly self = typeof(ResourceOracle).Assembly;
        foreach (string name in self.GetManifestResourceNames().Where(static name => name.StartsWith("documents/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(self.GetManifestResourceStream(name)!);
            foreach (string document in reader.ReadToEnd().Split("\n---\n"))
            {
                yield return document + "\n";
            }
        }
    }
}
