namespace Weft.Proxy.Telemetry;

/// <summary>Which names other meshes' boards expect. The same cells under other names: what it costs, it costs at the scrape.</summary>
[Flags]
internal enum CompatFamilies
{
    None = 0,
    Istio = 1,
    Linkerd = 2,
    Envoy = 4,
}
