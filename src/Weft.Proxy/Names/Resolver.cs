using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Names;

/// <summary>
/// Turns host names into addresses for one loop, without ever blocking it. Answers are kept as long as they say, a second at least and an
/// hour at most; when no server answers, the last ones hold for ten minutes more. The host's own files are read anew for every lookup.
/// </summary>
internal sealed class Resolver(EventLoop loop, IResolverNetwork network, Func<ResolverFiles> files)
{
    /// <summary>Names that are kept; beyond, all are forgotten and looked up anew.</summary>
    public const int NamesMax = 1_024;

    private const int LeastMs = 1_000;
    private const int MostMs = 3_600_000;
    private const int KeepMs = 600_000;

    /// <summary>For what the host's files say, and for names that do not exist.</summary>
    private const int ShortMs = 5_000;

    private readonly Dictionary<string, Entry> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of a name, with port 0, in the order in which they are to be tried; none when it has none or nobody knows.</summary>
    public async ValueTask<IReadOnlyList<NetAddress>> ResolveAsync(string name)
    {
        if (!_names.TryGetValue(name, out Entry? entry))
        {
            if (_names.Count >= NamesMax)
            {
                _names.Clear();
            }

            _names.Add(name, entry = new Entry());
        }

        if (loop.NowMs < entry.FreshUntilMs)
        {
            return entry.Addresses;
        }

        if (entry.IsLookedUp)
        {
            Signal done = new(loop);
            entry.Waiting.Add(done);
            await done;
            return entry.Addresses;
        }

        entry.IsLookedUp = true;
        await LookUpAsync(name, entry);
        entry.IsLookedUp = false;
        entry.Waiting.ForEach(static waiter => waiter.Set());
        entry.Waiting.Clear();
        return entry.Addresses;
    }

    private async ValueTask LookUpAsync(string name, Entry entry)
    {
        ResolverFiles host = files();
        if (host.Find(name) is { Count: > 0 } own)
        {
            entry.Set(own, loop.NowMs, ShortMs);
            return;
        }

        if (await new NameLookup(loop, network, host.Servers).RunAsync(name) is not { } answer)
        {
            entry.KeepFor(loop.NowMs, LeastMs);
            return;
        }

        long holdMs = answer.Addresses.Count == 0 ? ShortMs : Math.Clamp(answer.TtlSeconds * 1000L, LeastMs, MostMs);
        entry.Set(answer.Addresses, loop.NowMs, holdMs);
    }

    private sealed class Entry
    {
        public IReadOnlyList<NetAddress> Addresses { get; private set; } = [];

        public long FreshUntilMs { get; private set; } = long.MinValue;

        public bool IsLookedUp { get; set; }

        public List<Signal> Waiting { get; } = [];

        private long KeptUntilMs { get; set; } = long.MinValue;

        public void Set(IReadOnlyList<NetAddress> addresses, long nowMs, long holdMs)
        {
            Addresses = addresses;
            FreshUntilMs = nowMs + holdMs;
            KeptUntilMs = FreshUntilMs + KeepMs;
        }

        /// <summary>Nobody answered: what was known goes on for a while, and the servers get a moment's peace.</summary>
        public void KeepFor(long nowMs, long pauseMs)
        {
            if (nowMs >= KeptUntilMs)
            {
                Addresses = [];
            }

            FreshUntilMs = nowMs + pauseMs;
        }
    }
}
