using System.Buffers;
using System.Text;

namespace Weft.Wire.Http2.Hpack;

/// <summary>Appends field representations to a span; once something did not fit, <see cref="IsFull"/> stays true.</summary>
/// <remarks>
/// All literals are "never indexed": a field that arrived so must be passed on so (RFC 7541, 6.2.3), a stateless encoder does not
/// remember which did, and the form costs no octet more than "without indexing".
/// </remarks>
internal ref struct HpackOutput(Span<byte> span)
{
    private const byte NeverIndexed = 0x10;

    private readonly Span<byte> _span = span;
    private int _at;

    internal readonly int Written => _at;

    internal bool IsFull { get; private set; }

    /// <summary>A name and value of the static table.</summary>
    internal void PutIndexed(int index) => IsFull |= IsFull || !HpackInteger.TryWrite(_span, ref _at, 0x80, 7, index);

    /// <summary>A name of the static table with a value.</summary>
    internal void PutLiteral(int nameIndex, scoped ReadOnlySpan<byte> value)
    {
        IsFull |= IsFull || !HpackInteger.TryWrite(_span, ref _at, NeverIndexed, 4, nameIndex);
        PutString(value);
    }

    /// <summary>Any name, which is lower-cased, with a value.</summary>
    internal void PutLiteral(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        int index = StaticTable.FindName(name);
        if (index != 0)
        {
            PutLiteral(index, value);
            return;
        }

        IsFull |= IsFull || !HpackInteger.TryWrite(_span, ref _at, NeverIndexed, 4, 0);
        if (!TryStartString(name.Length))
        {
            return;
        }

        OperationStatus status = Ascii.ToLower(name, _span.Slice(_at, name.Length), out int written);
        IsFull |= status != OperationStatus.Done;
        _at += written;
        PutString(value);
    }

    private void PutString(scoped ReadOnlySpan<byte> text)
    {
        if (TryStartString(text.Length))
        {
            text.CopyTo(_span[_at..]);
            _at += text.Length;
        }
    }

    private bool TryStartString(int length)
    {
        IsFull |= IsFull || !HpackInteger.TryWrite(_span, ref _at, 0, 7, length) || _span.Length - _at < length;
        return !IsFull;
    }
}
