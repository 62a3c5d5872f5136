using System.Numerics;

namespace Weft.Proxy.Protocols;

/// <summary>
/// Resting connections in the order in which they came to rest. They lie in pages instead of being objects, so ten thousand of them are a few dozen
/// objects to the collector; a page that empties is given back. Holds no more than the connections that its owner may have open.
/// </summary>
internal sealed class RestingTable
{
    /// <summary>The end of the list on either side.</summary>
    public const int None = -1;

    private const int PageSize = 64;

    private readonly List<Page?> _pages = [];

    /// <summary>No page before this one has room.</summary>
    private int _firstWithRoom;
    private int _youngest = None;

    public int Count { get; private set; }

    /// <summary>Whoever has rested longest; <see cref="None"/> when nobody rests.</summary>
    public int Oldest { get; private set; } = None;

    public ref RestingConnection this[int place] => ref _pages[place / PageSize]!.Places[place % PageSize];

    /// <summary>A place for one more, youngest of all; what it holds is for the caller to fill in.</summary>
    public int Add()
    {
        Page page = PageWithRoom();
        int free = BitOperations.TrailingZeroCount(page.Free);
        page.Free &= ~(1UL << free);
        int place = (_firstWithRoom * PageSize) + free;
        ref RestingConnection connection = ref page.Places[free];
        connection.Older = _youngest;
        connection.Younger = None;
        if (_youngest == None)
        {
            Oldest = place;
        }
        else
        {
            this[_youngest].Younger = place;
        }

        _youngest = place;
        Count++;
        return place;
    }

    /// <summary>Takes one out.</summary>
    public RestingConnection Remove(int place)
    {
        Page page = _pages[place / PageSize]!;
        ref RestingConnection connection = ref page.Places[place % PageSize];
        Unlink(connection.Older, connection.Younger);
        RestingConnection removed = connection;
        connection = new RestingConnection { Wake = connection.Wake };
        page.Free |= 1UL << (place % PageSize);
        _firstWithRoom = Math.Min(_firstWithRoom, place / PageSize);
        if (page.Free == ulong.MaxValue && Count > PageSize)
        {
            _pages[place / PageSize] = null;
        }

        Count--;
        return removed;
    }

    private void Unlink(int older, int younger)
    {
        if (older == None)
        {
            Oldest = younger;
        }
        else
        {
            this[older].Younger = younger;
        }

        if (younger == None)
        {
            _youngest = older;
        }
        else
        {
            this[younger].Older = older;
        }
    }

    private Page PageWithRoom()
    {
        while (_firstWithRoom < _pages.Count)
        {
            Page page = _pages[_firstWithRoom] ??= new Page();
            if (page.Free != 0)
            {
                return page;
            }

            _firstWithRoom++;
        }

        _pages.Add(new Page());
        return _pages[^1]!;
    }

    private sealed class Page
    {
        public readonly RestingConnection[] Places = new RestingConnection[PageSize];

        /// <summary>A bit for each place that nobody has.</summary>
        public ulong Free = ulong.MaxValue;
    }
}
