using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>Everything between two services, all protocols together.</summary>
internal sealed class EdgeGroup(string source, string destination)
{
    private static readonly Figures s_none = new();

    private ulong _largest;

    internal string Source { get; } = source;

    internal string Destination { get; } = destination;

    internal string Id => IdOf(Source, Destination);

    /// <summary>Of the protocol that most of the traffic belongs to.</summary>
    internal string Protocol { get; private set; } = "tcp";

    internal string SourceIdentity { get; private set; } = "";

    internal string DestinationIdentity { get; private set; } = "";

    internal Figures Figures { get; private set; } = s_none;

    internal long Active { get; private set; }

    internal long ActiveMutualTls { get; private set; }

    internal long FirstSeen { get; private set; } = long.MaxValue;

    /// <summary>Connections that pass the proxies by.</summary>
    internal int Bypassed { get; set; }

    /// <summary>Whether only spans of applications tell of it, and no proxy.</summary>
    internal bool IsFromSpans { get; private set; } = true;

    internal double MutualTls => FigureShapes.MutualTlsOf(Figures, Active, ActiveMutualTls);

    internal static string IdOf(string source, string destination) => source + ">" + destination;

    internal void Add(in SeriesSum sum, bool isLive)
    {
        ulong weight = 1 + ((sum.Figures.Count + (ulong)Math.Max(0, sum.Active)) * 2) + (sum.Figures.MutualTls > 0 || sum.ActiveMutualTls > 0 ? 1UL : 0UL);
        if (weight > _largest)
        {
            _largest = weight;
            Protocol = sum.Key.Detail.Length > 0 ? sum.Key.Detail : "tcp";
            (SourceIdentity, DestinationIdentity) = (sum.SourceIdentity, sum.DestinationIdentity);
        }

        IsFromSpans &= sum.Key.Extra == SeriesKey.FromSpans;
        Take(sum.Figures);
        FirstSeen = Math.Min(FirstSeen, sum.FirstSeen);
        if (isLive)
        {
            Active += sum.Active;
            ActiveMutualTls += sum.ActiveMutualTls;
        }
    }

    /// <summary>The figures of a sum are the receiver's own: most edges have one protocol, and theirs are those of the edge.</summary>
    private void Take(Figures figures)
    {
        if (ReferenceEquals(Figures, s_none))
        {
            Figures = figures;
        }
        else
        {
            Figures.Add(figures);
            FigurePool.GiveBack(figures);
        }
    }

    /// <summary>Gives the figures of groups back that nobody looks at any more.</summary>
    internal static void Release(List<EdgeGroup> groups)
    {
        foreach (EdgeGroup group in groups)
        {
            if (!ReferenceEquals(group.Figures, s_none))
            {
                FigurePool.GiveBack(group.Figures);
                group.Figures = s_none;
            }
        }
    }
}
