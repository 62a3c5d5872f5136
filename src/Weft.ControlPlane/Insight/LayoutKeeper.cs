using System.Text.Json;
using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Insight;

/// <summary>Where the map's nodes stand, so that everybody finds them where they were.</summary>
internal sealed class LayoutKeeper
{
    /// <summary>Nodes that have a place at most.</summary>
    internal const int NodesMax = 20_000;

    private const int IdLengthMax = 512;
    private const string Table = "map-layout";
    private const string Key = "all";
    private readonly IMetaStore _store;
    private MapLayout _layout;

    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal LayoutKeeper(IMetaStore store)
    {
        _store = store;
        _layout = store.Get(Table, Key) is { } bytes ? JsonSerializer.Deserialize(bytes, ApiJson.Default.MapLayout) ?? new MapLayout() : new MapLayout();
    }

    internal MapLayout Get() => Volatile.Read(ref _layout);

    /// <summary>Replaces all places.</summary>
    /// <returns>What is wrong with them; null when they were taken.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    internal string? Put(MapLayout layout, Actor actor)
    {
        if (layout.Positions.Count > NodesMax)
        {
            return $"a layout has at most {NodesMax} nodes";
        }

        foreach ((string id, IReadOnlyList<double> place) in layout.Positions)
        {
            if (id.Length > IdLengthMax || place.Count != 2 || !double.IsFinite(place[0]) || !double.IsFinite(place[1]))
            {
                return "every position is an id with two numbers, x and y";
            }
        }

        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(layout, ApiJson.Default.MapLayout);
        _store.Write([new MetaChange(Table, Key, bytes)], new AuditEntry(actor, "map.layout", $"{layout.Positions.Count} nodes", "done"));
        Volatile.Write(ref _layout, layout);
        return null;
    }
}
