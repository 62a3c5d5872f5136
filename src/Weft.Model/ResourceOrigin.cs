using System.Globalization;
using Weft.Contracts.Api;
using Weft.Model.Text;

namespace Weft.Model;

/// <summary>Where a resource was written: the file and the tree, whose nodes know line and column.</summary>
public sealed class ResourceOrigin
{
    private readonly MappingNode _root;

    internal ResourceOrigin(string file, MappingNode root)
    {
        File = file;
        _root = root;
    }

    public string File { get; }

    /// <summary>Follows a path such as <c>spec.rules[0].matches</c> as far as the document has it.</summary>
    public FindingLocation Locate(string path)
    {
        DocumentNode node = _root;
        foreach (Step step in Steps(path))
        {
            if (Follow(node, step) is not { } next)
            {
                break;
            }

            node = next.Value;
        }

        return new FindingLocation(File, node.Line, node.Column, path, (node as ScalarNode)?.Value);
    }

    /// <summary>The line on which a field begins with its name, or an item of a list, from 1: the first of several paths that the document has; null when it has none.</summary>
    public int? LineOf(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (LineOf(path) is { } line)
            {
                return line;
            }
        }

        return null;
    }

    private int? LineOf(string path)
    {
        (DocumentNode Value, int Line)? found = (_root, _root.Line);
        foreach (Step step in Steps(path))
        {
            found = found is { } at ? Follow(at.Value, step) : null;
        }

        return found?.Line;
    }

    private static (DocumentNode Value, int Line)? Follow(DocumentNode node, Step step) => node switch
    {
        MappingNode mapping when step.Name is { } name => mapping.Find(name) is { } entry ? (entry.Value, entry.Key.Line) : null,
        SequenceNode sequence when step.Name is null && step.Index < sequence.Items.Count => (sequence.Items[step.Index], sequence.Items[step.Index].Line),
        _ => null,
    };

    private static IEnumerable<Step> Steps(string path)
    {
        foreach (string part in path.Split('.'))
        {
            string[] pieces = part.Split('[');
            yield return new Step(pieces[0], 0);
            foreach (string piece in pieces.Skip(1))
            {
                yield return new Step(null, int.Parse(piece.AsSpan().TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }
    }

    private readonly record struct Step(string? Name, int Index);
}
