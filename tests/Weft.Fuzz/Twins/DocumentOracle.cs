using System.Text;
using Weft.Contracts.Api;
using Weft.Model.Reading;
using Weft.Model.Text;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// Configuration as people write it. Whatever the text, it is read or found fault with, never thrown at; and what was read and written in the one canonical form must be read as
/// the same and written as the same text.
/// </summary>
internal static class DocumentOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec:\n  ports:\n  - {name: http, port: 8080}\n"u8.ToArray(),
        "a: 'it''s'\nb: \"\\u00e9\\n\"\nc: |\n  two\n  lines\nd: >-\n  one\n  line\n---\n- 1\n- [2, {x: y}]\n"u8.ToArray(),
        "# a comment\nyes: no\n1.5: ~\n\"\": []\n? k\n: {}\n"u8.ToArray(),
        "{\"a\": [true, null, -1.5e3, \"\\ud83d\\ude00\"]}"u8.ToArray(),
        "a: &x 1\nb: *x\nc: !!str 2\n"u8.ToArray(),
    ];

    internal static bool Check(byte[] input)
    {
        bool any = false;
        foreach (MappingNode root in Read(Encoding.UTF8.GetString(input)))
        {
            string once = CanonicalYaml.Write(root);
            List<MappingNode> again = Read(once);
            DisagreementException.Unless(root.Entries.Count == 0 || again.Count == 1, $"the canonical form is one document: {once}");
            foreach (MappingNode same in again)
            {
                DisagreementException.UnlessEqual(once, CanonicalYaml.Write(same), "the canonical form of the canonical form");
            }

            any = true;
        }

        return any;
    }

    private static List<MappingNode> Read(string text)
        => [.. new YamlReader(new FindingSink()).Read(new SourceDocument("input", text)).Select(static document => document.Root).OfType<MappingNode>()];
}
