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
            DocumentNode? next = node switch
            {
                MappingNode mapping when step.Name is { } name => mapping.Find(name)?.Value,
                SequenceNode sequence when step.Name is null && step.Index < sequence.Items.Count => sequence.Items[step.Index],
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            node = next;
        }

        return new FindingLocation(File, node.Line, node.Column, path, (node as ScalarNode)?.Value);
    }

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
