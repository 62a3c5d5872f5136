using System.Text;

namespace Weft.Proxy.Flows;

/// <summary>
/// Learns the templates of one service's paths from the paths themselves: "/users/7/orders" becomes "/users/{id}/orders". What looks like a value (numbers, UUIDs,
/// hashes) is one at once; where a place has too many different words they are values, too. What was said of a path stays so, but for that one change. Every part is
/// bounded, so that a peer that invents paths makes neither memory nor series grow. One loop each; looking up allocates nothing.
/// </summary>
internal sealed class PathTemplates
{
    /// <summary>Different words in one place; with one more they are values.</summary>
    public const int WordsMax = 32;

    /// <summary>Templates of one service, and twice as many with those that widening has ended; later ones are <see cref="Other"/>.</summary>
    public const int TemplatesMax = 200;

    /// <summary>Places of a path that are told apart; the rest is one.</summary>
    public const int DepthMax = 8;

    public const string Other = "other";

    /// <summary>Longer words are values.</summary>
    private const int WordLengthMax = 40;

    /// <summary>A run of hexadecimal digits of that length with a digit in it is a hash, and no word.</summary>
    private const int HashLengthMin = 8;

    /// <summary>Words that make up at least one part in so many of a place's requests stay words when the others become values.</summary>
    private const int StaysShare = 20;

    private static readonly byte[] Id = "{id}"u8.ToArray();
    private static readonly byte[] Name = "{name}"u8.ToArray();
    private static readonly byte[] Rest = "{rest}"u8.ToArray();

    private readonly Node _root = new([]);
    private int _templates;
    private int _spelled;
    private int _nodes;

    /// <summary>The template of a path; a query is not looked at. Empty for what is no path.</summary>
    public string Of(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[0] != '/')
        {
            return "";
        }

        int query = path.IndexOf((byte)'?');
        path = query < 0 ? path[1..] : path[1..query];
        Node node = _root;
        for (int depth = 0; ; depth++)
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? path : path[..slash];
            bool isLast = slash < 0;
            if (depth == DepthMax && !isLast)
            {
                segment = Rest;
                isLast = true;
            }

            Node? next = Step(node, segment);
            if (next is null)
            {
                return Other;
            }

            node = next;
            if (isLast)
            {
                return node.Template ?? Spell(node);
            }

            path = path[(slash + 1)..];
        }
    }

    /// <summary>Whether a segment is a value by its looks.</summary>
    internal static bool IsValue(ReadOnlySpan<byte> segment)
    {
        if (segment.IsEmpty)
        {
            return false;
        }

        int digits = 0;
        bool isHex = true;
        foreach (byte c in segment)
        {
            bool isDigit = c is >= (byte)'0' and <= (byte)'9';
            digits += isDigit ? 1 : 0;
            isHex &= isDigit || (c | 0x20) is >= 'a' and <= 'f' || c == '-';
        }

        if (digits == segment.Length || (isHex && digits > 0 && segment.Length >= HashLengthMin))
        {
            return true;
        }

        // "v2" and "oauth2" are words; "order-18273645", base64 and other long mixtures are not.
        return digits >= 4 && (digits * 2 >= segment.Length || segment.Length >= 16);
    }

    private static ReadOnlySpan<byte> Classify(ReadOnlySpan<byte> segment)
        => IsValue(segment) ? Id
            : segment.Length > WordLengthMax || segment.ContainsAnyExceptInRange((byte)'!', (byte)'~') || segment.IndexOfAny((byte)'{', (byte)'}') >= 0 ? Name
            : segment;

    /// <summary>One of the words for values, by reference: what a peer writes never is.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> segment) => segment == Rest || segment == Name;

    private static bool IsVariable(ReadOnlySpan<byte> segment) => segment.EndsWith("}"u8);

    private Node? Step(Node from, ReadOnlySpan<byte> segment)
    {
        ReadOnlySpan<byte> word = IsOurs(segment) ? segment : Classify(segment);
        from.Hits++;
        Node? found = from.Find(word);
        if (found is not null)
        {
            found.Taken++;
            return found;
        }

        bool isWord = !IsVariable(word);
        if (isWord && !from.IsWide && from.Words >= WordsMax)
        {
            Widen(from);
        }

        if (isWord && from.IsWide)
        {
            from.Hits--;
            return Step(from, Name);
        }

        if (_nodes >= TemplatesMax * DepthMax)
        {
            return null;
        }

        _nodes++;
        Node added = new([.. from.Segments, word.ToArray()]) { Taken = 1 };
        from.Children.Add(added);
        from.Words += isWord ? 1 : 0;
        return added;
    }

    /// <summary>The words of a place are values from now on, but for those that are frequent.</summary>
    private void Widen(Node node)
    {
        node.IsWide = true;
        foreach (Node child in node.Children.ToArray())
        {
            if (!IsVariable(child.Segments[^1]) && child.Taken * StaysShare < node.Hits)
            {
                node.Children.Remove(child);
                node.Words--;
                Forget(child);
            }
        }
    }

    private void Forget(Node node)
    {
        _nodes--;
        _templates -= node.Template is null or Other ? 0 : 1;
        foreach (Node child in node.Children)
        {
            Forget(child);
        }
    }

    private string Spell(Node node)
    {
        // Those that were forgotten live on in figures: they count, too.
        if (_templates >= TemplatesMax || _spelled >= 2 * TemplatesMax)
        {
            return Other;
        }

        _templates++;
        _spelled++;
        return node.Template = "/" + string.Join('/', node.Segments.Select(Encoding.ASCII.GetString));
    }

    /// <summary>A place in a path.</summary>
    private sealed class Node(byte[][] segments)
    {
        /// <summary>From the root to here.</summary>
        public byte[][] Segments { get; } = segments;

        public List<Node> Children { get; } = [];

        /// <summary>The template of paths that end here, made when the first one does.</summary>
        public string? Template { get; set; }

        /// <summary>Children that are words.</summary>
        public int Words { get; set; }

        /// <summary>Paths that went on from here.</summary>
        public long Hits { get; set; }

        /// <summary>Paths that came here.</summary>
        public long Taken { get; set; }

        /// <summary>Whether there were too many words.</summary>
        public bool IsWide { get; set; }

        public Node? Find(ReadOnlySpan<byte> segment)
        {
            foreach (Node child in Children)
            {
                if (segment.SequenceEqual(child.Segments[^1]))
                {
                    return child;
                }
            }

            return null;
        }
    }
}
