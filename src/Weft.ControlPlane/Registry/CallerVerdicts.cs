using Weft.Contracts.Api;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Registry;

/// <summary>
/// What callers' proxies have found of endpoints that have no proxy. Each says it over its session and it is forgotten with that; nobody is believed about anything but
/// what people are shown. Any thread.
/// </summary>
internal sealed class CallerVerdicts(SessionHub hub)
{
    /// <summary>Callers that are named for one endpoint.</summary>
    private const int NamesMax = 5;

    private const int TextMax = 256;

    /// <summary>Verdicts on the endpoints of one service, or of all: sorted by service and endpoint.</summary>
    /// <param name="service">"namespace/service"; null for all.</param>
    /// <param name="caller">Only what proxies of this service say; null for everybody.</param>
    internal IReadOnlyList<CheckItem> Of(string? service = null, string? caller = null)
    {
        var items = from connection in hub.Connections
                    where caller is null || connection.Service == caller
                    from found in connection.Checks?.Endpoints ?? []
                    where service is null || found.Service == service
                    group (Caller: connection.Session.Workload.ToString(), Found: found) by (found.Service, found.Endpoint) into said
                    orderby said.Key.Service, said.Key.Endpoint
                    select ToItem(said.Key.Service, said.Key.Endpoint, [.. said.OrderBy(static one => one.Caller, StringComparer.Ordinal)]);
        return [.. items];
    }

    /// <summary>The report without what is too much or too long to be kept.</summary>
    internal static CheckReport? Bounded(CheckReport report)
    {
        if (report.Endpoints.Count == 0)
        {
            return null;
        }

        CheckReport bounded = new() { Endpoints = [.. report.Endpoints.Take(CheckReport.EndpointsMax)] };
        foreach (CheckedEndpoint endpoint in bounded.Endpoints)
        {
            (endpoint.Service, endpoint.Endpoint, endpoint.Address, endpoint.Detail) = (Cut(endpoint.Service), Cut(endpoint.Endpoint), Cut(endpoint.Address), Cut(endpoint.Detail));
        }

        return bounded;
    }

    private static CheckItem ToItem(string service, string endpoint, (string Caller, CheckedEndpoint Found)[] said)
    {
        (string Caller, CheckedEndpoint Found)[] bad = Array.FindAll(said, static one => !one.Found.Healthy);
        return new CheckItem
        {
            Service = service,
            Endpoint = endpoint,
            Address = said[0].Found.Address,
            Healthy = said.Length - bad.Length,
            Unhealthy = bad.Length,
            UnhealthyFor = [.. bad.Take(NamesMax).Select(static one => one.Caller)],
            Finding = bad.Length == 0 ? "" : bad[0].Found.Detail,
        };
    }

    private static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];
}
