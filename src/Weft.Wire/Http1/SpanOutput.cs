using System.Buffers.Text;

namespace Weft.Wire.Http1;

/// <summary>Appends to a span; once something did not fit, nothing more is written and <see cref="IsFull"/> stays true.</summary>
internal ref struct SpanOutput(Span<byte> span)
{
    private readonly Span<byte> _span = span;

    internal int Written { get; private set; }

    internal bool IsFull { get; private set; }

    internal void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (IsFull || bytes.Length > _span.Length - Written)
        {
            IsFull = true;
            return;
        }

        bytes.CopyTo(_span[Written..]);
        Written += bytes.Length;
    }

    internal void Put(long number)
    {
        if (IsFull || !Utf8Formatter.TryFormat(number, _span[Written..], out int length))
        {
            IsFull = true;
            return;
        }

        Written += length;
    }
}
