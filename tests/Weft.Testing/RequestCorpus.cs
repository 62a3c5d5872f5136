using System.Globalization;
using System.Text;

namespace Weft.Testing;

/// <summary>One line of <c>tests/corpus/http1-requests.txt</c>.</summary>
/// <param name="Name">What is special about it; unique within its section.</param>
/// <param name="Bytes">As sent, Latin-1.</param>
/// <param name="Expected">"METHOD TARGET BODY" of every request that must arrive; empty for what is refused.</param>
public sealed record RequestCase(string Name, string Bytes, IReadOnlyList<string> Expected)
{
    /// <summary>A second request, which an upstream must never see behind a refused one.</summary>
    public const string Hidden = "GET /admin HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
}

/// <summary>Requests on which parsers have disagreed, or could: one file, which several suites read.</summary>
public static class RequestCorpus
{
    private static readonly Dictionary<string, IReadOnlyList<RequestCase>> Sections = Read();

    /// <summary>Whole requests that are refused: hostile fields, request lines and hosts.</summary>
    public static IReadOnlyList<RequestCase> Refused { get; } =
    [
        .. Sections["refused-fields"].Select(static item => item with { Bytes = $"POST / HTTP/1.1\r\nHost: shop\r\n{item.Bytes}\r\n0\r\n\r\n" }),
        .. Sections["refused-requests"],
    ];

    /// <summary>Bodies in chunks that never end.</summary>
    public static IReadOnlyList<RequestCase> RefusedChunks => Sections["refused-chunks"];

    /// <summary>Legal, if unusual, requests.</summary>
    public static IReadOnlyList<RequestCase> Forwarded => Sections["forwarded"];

    /// <summary>The head that goes before a body of <see cref="RefusedChunks"/>.</summary>
    public static string ChunkedHead => "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>Spells bytes as the file does.</summary>
    public static string Escape(string bytes)
    {
        StringBuilder text = new();
        foreach (char one in bytes)
        {
            text.Append(one switch
            {
                '\r' => "\\r",
                '\n' => "\\n",
                '\t' => "\\t",
                '\\' => "\\\\",
                < ' ' or > '~' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)one:x2}"),
                _ => one.ToString(),
            });
        }

        return text.ToString();
    }

    private static Dictionary<string, IReadOnlyList<RequestCase>> Read()
    {
        Dictionary<string, IReadOnlyList<RequestCase>> sections = [];
        List<RequestCase> present = [];
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Golden.Root, "tests", "corpus", "http1-requests.txt")))
        {
            number++;
            if (line.StartsWith('['))
            {
                sections.Add(line.Trim('[', ']'), present = []);
            }
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                string[] parts = line.Split(" | ");
                RequestCase item = parts.Length >= 2
                    ? new RequestCase(parts[0], Unescape(parts[1], number), [.. parts.Skip(2).Select(part => Unescape(part, number))])
                    : throw new InvalidDataException($"http1-requests.txt:{number}: not \"name | bytes\"");
                present.Add(present.Exists(other => other.Name == item.Name) ? throw new InvalidDataException($"http1-requests.txt:{number}: a second \"{item.Name}\"") : item);
            }
        }

        return sections;
    }

    private static string Unescape(string text, int line)
    {
        StringBuilder bytes = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Append(text[i]);
                continue;
            }

            i++;
            bytes.Append((i < text.Length ? text[i] : ' ') switch
            {
                'r' => '\r',
                'n' => '\n',
                't' => '\t',
                '\\' => '\\',
                'x' => (char)byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                _ => throw new InvalidDataException($"http1-requests.txt:{line}: unknown escape"),
            });
            i += text[i] == 'x' ? 2 : 0;
        }

        return bytes.ToString();
    }
}
