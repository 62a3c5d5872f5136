using Weft.Contracts.Api;
using Weft.Model.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Model.Text;

/// <summary>Builds the tree of one document from the scanner's events, within the limits.</summary>
/// <param name="file">The file's name.</param>
/// <param name="lineOffset">Lines before the part that is read.</param>
/// <param name="end">The place behind the file's last character: the scanner has what it misses there on a line of its own.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="nodesMax">How many values there may still be.</param>
internal sealed class DocumentBuilder(string file, int lineOffset, (int Line, int Column) end, FindingSink findings, int nodesMax)
{
    public int NodesLeft { get; private set; } = nodesMax;

    /// <summary>Builds the node whose first event is current; afterwards its last event is current.</summary>
    public DocumentNode? Build(EventReader parser, int depth)
    {
        ParsingEvent current = parser.Current;
        if (depth > DocumentLimits.DepthMax)
        {
            throw Refuse(current, FindingCodes.TooDeep, $"lists and objects are nested deeper than {DocumentLimits.DepthMax}");
        }

        if (--NodesLeft < 0)
        {
            throw Refuse(current, FindingCodes.TooLarge, $"the documents together have more than {DocumentLimits.NodesMax:N0} values");
        }

        if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse(current, FindingCodes.Alias, "anchors and aliases are not accepted");
        }

        if (current is NodeEvent { Tag.IsEmpty: false } tagged && !tagged.Tag.IsNonSpecific)
        {
            throw Refuse(current, FindingCodes.Alias, "tags are not accepted");
        }

        if (current is Scalar { Value: { } text } && !WellFormedText.IsValid(text))
        {
            throw Refuse(current, FindingCodes.Syntax, "a text with half of a surrogate pair is not valid Unicode");
        }

        return current switch
        {
            Scalar scalar => new ScalarNode(scalar.Value, scalar.Style is not ScalarStyle.Plain, Line(scalar), Column(scalar)),
            SequenceStart start => BuildSequence(parser, start, depth),
            MappingStart start => BuildMapping(parser, start, depth),
            _ => null,
        };
    }

    private SequenceNode BuildSequence(EventReader parser, SequenceStart start, int depth)
    {
        List<DocumentNode> items = [];
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
        {
            items.Add(Build(parser, depth + 1)!);
        }

        return new SequenceNode(items, Line(start), Column(start));
    }

    private MappingNode BuildMapping(EventReader parser, MappingStart start, int depth)
    {
        List<MappingEntry> entries = [];
        Dictionary<string, ScalarNode> keys = new(StringComparer.Ordinal);
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            ParsingEvent keyEvent = parser.Current;
            if (Build(parser, depth + 1) is not ScalarNode key)
            {
                throw Refuse(keyEvent, FindingCodes.Syntax, "the name of a field must be text");
            }

            parser.MoveNext();
            DocumentNode value = Build(parser, depth + 1)!;
            if (keys.TryAdd(key.Value, key))
            {
                entries.Add(new MappingEntry(key, value));
            }
            else
            {
                findings.Add(new Finding
                {
                    Code = FindingCodes.DuplicateField,
                    Message = $"the field \"{key.Value}\" is written twice",
                    Location = new FindingLocation(file, key.Line, key.Column, Text: key.Value),
                    Cause = $"it stands already on line {keys[key.Value].Line}; only one of the two could count",
                    Fixes = ["remove one of the two"],
                });
            }
        }

        return new MappingNode(entries, Line(start), Column(start));
    }

    private DocumentRefusedException Refuse(ParsingEvent at, string code, string message)
    {
        findings.Add(new Finding
        {
            Code = code,
            Message = message,
            Location = new FindingLocation(file, Line(at), Column(at)),
            Cause = "the rest of this file was not read",
            Fixes = [FixOf(code)],
        });
        return new DocumentRefusedException();
    }

    private static string FixOf(string code) => code switch
    {
        FindingCodes.Alias => "write the value out where it is used",
        FindingCodes.Syntax => "correct the text here",
        _ => "make the document smaller",
    };

    private int Line(ParsingEvent at) => Math.Min((int)at.Start.Line + lineOffset, end.Line);

    private int Column(ParsingEvent at) => (int)at.Start.Line + lineOffset > end.Line ? end.Column : (int)at.Start.Column;
}
