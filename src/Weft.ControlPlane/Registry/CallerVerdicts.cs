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

    /// <summary>No honest proxy has run for longer than ten years.</summary>
    private const ulong HeldMsMax = 10UL * 365 * 24 * 3_600 * 1_000;

    /// <summary>Verdicts on the endpoints of one service, or of all: sorted by service and endpoint.</summary>
    /// <param name="service">"namespace/service"; null for all.</param>
    /// <param name="caller">Only what proxies of this service say; null for everybody.</param>
    internal IReadOnlyList<CheckItem> Of(string? service = null, string? caller = null)
    {
        var items = from connection in hub.Connections
                    where caller is null || connection.Service == caller
                    from check in connection.Checks
                    where service is null || check.Found.Service == service
                    group (Caller: connection.Session.Workload.ToString(), Check: check) by (check.Found.Service, check.Found.Endpoint) into said
                    orderby said.Key.Service, said.Key.Endpoint
                    select ToItem(said.Key.Service, said.Key.Endpoint, [.. said.OrderBy(static one => one.Caller, StringComparer.Ordinal)]);
        return [.. items];
    }

    /// <summary>What a report says, without what is too much or too long to be kept.</summary>
    internal static IReadOnlyList<CallerCheck> Take(CheckReport report, DateTimeOffset now)
    {
        List<CallerCheck> taken = [];
        foreach (CheckedEndpoint endpoint in report.Endpoints.Take(CheckReport.EndpointsMax))
        {
            (endpoint.Service, endpoint.Endpoint, endpoint.Address, endpoint.Detail) = (Cut(endpoint.Service), Cut(endpoint.Endpoint), Cut(endpoint.Address), Cut(endpoint.Detail));
            taken.Add(new CallerCheck(endpoint, now - TimeSpan.FromMilliseconds(Math.Min(endpoint.HeldMs, HeldMsMax))));
        }

        return taken;
    }

    private static CheckItem ToItem(string service, string endpoint, (string Caller, CallerCheck Check)[] said)
    {
        (string Caller, CallerCheck Check)[] bad = Array.FindAll(said, static one => !one.Check.Found.Healthy);
        return new CheckItem
        {
            Service = service,
            Endpoint = endpoint,
            Address = said[0].Check.Found.Address,
            Healthy = said.Length - bad.Length,
            Unhealthy = bad.Length,
            UnhealthyFor = [.. bad.Take(NamesMax).Select(static one => one.Caller)],
            Finding = bad.Length == 0 ? "" : bad[0].Check.Found.Detail,
            Since = bad.Length == 0 ? said.Max(static one => one.Check.Since) : bad.Min(static one => one.Check.Since),
        };
    }

    private static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];
}
