using System.Text;

namespace Weft.Wire.Tests;

/// <summary>Makes new inputs from known ones: the small changes that parsers get wrong. The same seed gives the same inputs.</summary>
/// <param name="corpus">May grow meanwhile.</param>
/// <param name="seed">Of the order of changes.</param>
/// <param name="prefersNew">Whether every second input is made from one of the last that joined the corpus.</param>
/// <param name="words">Pieces of the language of the inputs; null for those of HTTP/1. Latin-1 characters are bytes; what has others is put in as UTF-8.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed, bool prefersNew = false, IReadOnlyList<string>? words = null)
{
    private const int Newest = 8;

    private static readonly string[] s_pieces =
    [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "\0", "0", "chunked", "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Connection: upgrade, te\r\nUpgrade: h2c, x\r\n", "Host: a\r\n", "Cookie: a=b\r\n", "http://a:80", "\u0080", "\u00ff", "\u007f", "5\r\nhello\r\n", "0\r\n\r\n",
        "TE: trailers\r\n", "Expect: 100-continue\r\n", "\u0020", "\u003f", "\u0040", "\u0082", "\u0084\u0086\u0087",
    ];

    private readonly Random _random = new(seed);
    private readonly byte[][] _words = [.. (words ?? s_pieces).Select(Bytes)];

    internal byte[] Next()
    {
        List<byte> bytes = [.. Pick()];
        for (int changes = _random.Next(5); changes > 0; changes--)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    private static byte[] Bytes(string word) => word.All(static c => c <= '\u00ff') ? Text.Bytes(word) : Encoding.UTF8.GetBytes(word);

    private byte[] Pick()
        => prefersNew && _random.Next(2) == 0 ? corpus[^(1 + _random.Next(Math.Min(corpus.Count, Newest)))] : corpus[_random.Next(corpus.Count)];

    private void Change(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        switch (_random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Next(8)));
                break;
            case 3:
                bytes.InsertRange(at, _words[_random.Next(_words.Length)]);
                break;
            case 4:
                byte[] other = corpus[_random.Next(corpus.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[_random.Next(other.Length + 1)..]);
                break;
            case 5 when bytes.Count > 0:
                int from = _random.Next(bytes.Count);
                bytes.InsertRange(at, bytes.GetRange(from, Math.Min(bytes.Count - from, 1 + _random.Next(24))));
                break;
            default:
                bytes.Insert(at, (byte)_random.Next(256));
                break;
        }
    }
}
