using Weft.Contracts.Mesh;
using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>Changes to the header fields of a request or an answer, in order.</summary>
public sealed class HeaderEdits
{
    private readonly (HeaderEditKind Kind, byte[] Name, byte[] Value)[] _edits;

    internal HeaderEdits((HeaderEditKind Kind, byte[] Name, byte[] Value)[] edits)
    {
        _edits = edits;
    }

    public static HeaderEdits None { get; } = new([]);

    public bool IsEmpty => _edits.Length == 0;

    /// <summary>Set replaces all fields of the name by one, Add appends one, Remove takes all away.</summary>
    public void Apply(MessageHead head)
    {
        foreach ((HeaderEditKind kind, byte[] name, byte[] value) in _edits)
        {
            switch (kind)
            {
                case HeaderEditKind.Set:
                    head.SetField(name, value);
                    break;
                case HeaderEditKind.Add:
                    head.AddField(name, value);
                    break;
                default:
                    head.RemoveField(name);
                    break;
            }
        }
    }
}
