using System.Buffers.Binary;

namespace Weft.ControlPlane.Traffic;

/// <summary>
/// Memory for many byte strings that grow a little every second: pages of 64 bytes, chained, out of slabs that are never given back. Nothing in it is an
/// object, so that the garbage collector has nothing to walk through, and its size has one bound. Not safe for several threads.
/// </summary>
internal sealed class PageArena(int bytesMax)
{
    internal const int PageBytes = 64;

    /// <summary>What a page holds beside the number of the next one.</summary>
    internal const int PayloadBytes = PageBytes - sizeof(int);

    private const int PagesPerSlab = 16_384;
    private readonly List<byte[]> _slabs = [];
    private readonly int _pagesMax = Math.Max(1, bytesMax / PageBytes / PagesPerSlab) * PagesPerSlab;
    private int _firstFree = -1;

    internal int UsedPages { get; private set; }

    /// <summary>Share of the bound that is in use, 0..1.</summary>
    internal double Fill => (double)UsedPages / _pagesMax;

    /// <summary>A page, or -1 when there is none left.</summary>
    internal int Take()
    {
        if (_firstFree < 0 && !AddSlab())
        {
            return -1;
        }

        int page = _firstFree;
        _firstFree = Next(page);
        SetNext(page, -1);
        UsedPages++;
        return page;
    }

    /// <summary>Gives back a page and all that follow it in its chain.</summary>
    internal void Free(int first)
    {
        while (first >= 0)
        {
            int next = Next(first);
            SetNext(first, _firstFree);
            _firstFree = first;
            UsedPages--;
            first = next;
        }
    }

    internal Span<byte> Payload(int page) => Page(page)[sizeof(int)..];

    internal int Next(int page) => BinaryPrimitives.ReadInt32LittleEndian(Page(page));

    internal void SetNext(int page, int next) => BinaryPrimitives.WriteInt32LittleEndian(Page(page), next);

    private Span<byte> Page(int page) => _slabs[page / PagesPerSlab].AsSpan(page % PagesPerSlab * PageBytes, PageBytes);

    private bool AddSlab()
    {
        int first = _slabs.Count * PagesPerSlab;
        if (first >= _pagesMax)
        {
            return false;
        }

        _slabs.Add(new byte[PagesPerSlab * PageBytes]);
        for (int i = PagesPerSlab - 1; i >= 0; i--)
        {
            SetNext(first + i, _firstFree);
            _firstFree = first + i;
        }

        return true;
    }
}
