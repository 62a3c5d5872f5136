using System.Text;
using Weft.Cli.Errors;

namespace Weft.Cli.Docs;

/// <summary>The page <c>docs/reference/errors.md</c>, made from the catalogue that <c>weft explain</c> reads.</summary>
internal static class ErrorReference
{
    private static readonly (char Range, string Title)[] Ranges =
    [
        ('0', "Command line"), ('1', "Host and checks"), ('2', "Configuration"), ('3', "Identity"), ('4', "Traffic"), ('5', "Policy"), ('9', "Internal"),
    ];

    public static string Write()
    {
        var text = new StringBuilder("# Error codes\n\nThis page is generated from the catalogue of codes by `weft __docs docs/reference`; do not edit it.\n"
            + "`weft explain CODE` prints the same, offline. A code is never used again for something else.\n");
        foreach (var (range, title) in Ranges)
        {
            var entries = ErrorCatalogue.All.Where(e => e.Code[2] == range).ToList();
            if (entries.Count == 0)
            {
                continue;
            }

            text.Append($"\n## {title} (WF{range}xxx)\n");
            foreach (var entry in entries)
            {
                text.Append($"\n### {entry.Code}\n\n**{entry.Title}.** {entry.Meaning}\n\nWhat to do: {entry.Remedy}\n");
            }
        }

        return text.ToString();
    }
}
