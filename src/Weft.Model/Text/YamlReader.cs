using Weft.Contracts.Api;
using Weft.Model.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Model.Text;

/// <summary>
/// Turns the text of files into trees that know where everything stands. Only the scanner's events are used: no reflection, no types made by
/// what a document asks for. Aliases, anchors and tags are refused, since they let a few bytes become many (YAML 1.2.2, 7.1).
/// </summary>
internal sealed class YamlReader(FindingSink findings)
{
    private int _charsLeft = DocumentLimits.TextCharsMax;
    private int _nodesLeft = DocumentLimits.NodesMax;

    public List<ParsedDocument> Read(SourceDocument source)
    {
        List<ParsedDocument> documents = [];
        if (source.Text.Length > _charsLeft)
        {
            findings.Add(new Finding
            {
                Code = FindingCodes.TooLarge,
                Message = $"the documents together are larger than {DocumentLimits.TextCharsMax:N0} characters",
                Location = new FindingLocation(source.File, 1, 1),
                Fixes = ["split the set into several commits"],
            });
            return documents;
        }

        _charsLeft -= source.Text.Length;
        if (!WellFormedText.IsValid(source.Text))
        {
            findings.Add(new Finding
            {
                Code = FindingCodes.Syntax,
                Message = "the text is not valid Unicode",
                Location = new FindingLocation(source.File, 1, 1),
                Cause = "it holds half of a surrogate pair",
                Fixes = ["save the file as UTF-8"],
            });
            return documents;
        }

        (int Line, int Column) end = TextLines.End(source.Text);
        int lineOffset = 0;
        int offset = 0;
        for (int errors = 0; errors < DocumentLimits.SyntaxErrorsMax; errors++)
        {
            int? errorLine = ReadPart(source, end, offset, lineOffset, documents);
            if (errorLine is null || !TrySkipToNextDocument(source.Text, errorLine.Value - lineOffset, ref offset, ref lineOffset))
            {
                return documents;
            }
        }

        return documents;
    }

    /// <summary>Reads documents until the end or the first syntax error, whose line it returns.</summary>
    private int? ReadPart(SourceDocument source, (int Line, int Column) end, int offset, int lineOffset, List<ParsedDocument> documents)
    {
        DocumentBuilder builder = new(source.File, lineOffset, end, findings, _nodesLeft);
        try
        {
            using StringReader text = new(offset == 0 ? source.Text : source.Text[offset..]);
            EventReader parser = new(text);
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentStart)
                {
                    parser.MoveNext();
                    if (builder.Build(parser, depth: 1) is { } root && !IsEmpty(root))
                    {
                        documents.Add(new ParsedDocument(source.File, root));
                    }
                }
            }

            return null;
        }
        catch (YamlException fault)
        {
            int faultLine = (int)fault.Start.Line + lineOffset;
            (int line, int column) = TextLines.Within(source.Text, faultLine, (int)fault.Start.Column);
            findings.Add(new Finding
            {
                Code = FindingCodes.Syntax,
                Message = "this is not valid YAML",
                Location = new FindingLocation(source.File, line, column),
                Cause = fault.Message,
                Fixes = ["correct the syntax here; indentation by blanks, never tabs"],
            });
            return faultLine;
        }
        catch (DocumentRefusedException)
        {
            return null;
        }
        finally
        {
            _nodesLeft = builder.NodesLeft;
        }
    }

    private static bool IsEmpty(DocumentNode root) => root is ScalarNode { Type: ScalarType.Null };

    /// <summary>After a syntax error the next document of the file is read again, so that its mistakes are not hidden by the first.</summary>
    private static bool TrySkipToNextDocument(string text, int errorLine, ref int offset, ref int lineOffset)
    {
        int position = offset;
        for (int line = 1; ; line++)
        {
            position = TextLines.Next(text, position);
            if (position < 0)
            {
                return false;
            }

            if (line >= errorLine && text.AsSpan(position).StartsWith("---", StringComparison.Ordinal))
            {
                offset = position;
                lineOffset += line;
                return true;
            }
        }
    }
}
