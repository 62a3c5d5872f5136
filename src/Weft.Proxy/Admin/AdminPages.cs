using System.Globalization;
using System.Text.Json;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Admin;

/// <summary>Which page a request means. Pure but for the drain or leave it may begin.</summary>
internal sealed class AdminPages(IAdminFacts facts)
{
    /// <param name="method">Request method.</param>
    /// <param name="target">Path, perhaps with a query, which no page looks at.</param>
    /// <param name="fromBrowser">Whether a web page sent it (it has an Origin): such a request may look at nothing it could change.</param>
    /// <param name="accept">Value of its Accept field, which chooses the format of the metrics; empty without one.</param>
    public AdminPage Answer(string method, string target, bool fromBrowser, string accept = "")
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        bool isRead = method is "GET" or "HEAD";
        if (path == "/upgrade" && (isRead || method == "POST"))
        {
            return Upgrade(begin: method == "POST", fromBrowser);
        }

        if (path == "/leave" && isRead)
        {
            return AdminPage.Text(405, "POST /leave begins it; GET /drain shows how far it is");
        }

        if (method == "POST" && (path is "/drain" or "/leave"))
        {
            if (fromBrowser)
            {
                return AdminPage.Text(403, "a web page may not drain the proxy");
            }

            if (path == "/leave")
            {
                facts.BeginLeave();
            }
            else
            {
                facts.BeginDrain();
            }

            return Drain();
        }

        if (!isRead)
        {
            return AdminPage.Text(405, "only GET, and POST for /drain, /leave and /upgrade");
        }

        return path switch
        {
            "/ready" => facts.NotReady is { } why ? AdminPage.Text(503, "not ready: " + why) : AdminPage.Text(200, "ready"),
            "/live" => AdminPage.Text(200, "live"),
            "/metrics" => Metrics(MetricsFormats.Choose(accept)),
            "/config" => AdminPage.Json(facts.Config()),
            "/stats" => AdminPage.Json(facts.Stats()),
            "/drain" => Drain(),
            _ => AdminPage.Text(404, "there are /ready, /live, /metrics, /config, /stats, /drain, /leave and /upgrade"),
        };
    }

    private AdminPage Metrics(MetricsFormat format) => new(200, MetricsFormats.ContentType(format), facts.Metrics(format));

    /// <summary>Who asks again learns from another process number that the upgrade has succeeded.</summary>
    private AdminPage Upgrade(bool begin, bool fromBrowser)
    {
        if (begin && fromBrowser)
        {
            return AdminPage.Text(403, "a web page may not upgrade the proxy");
        }

        if (begin)
        {
            facts.BeginUpgrade();
        }

        UpgradeStatus status = facts.Upgrade;
        return AdminPage.Json(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"pid\":{Environment.ProcessId},\"state\":\"{status.State}\",\"why\":\"{JsonEncodedText.Encode(status.Why)}\",\"attempt\":{status.Attempt}}}"));
    }

    private AdminPage Drain() => AdminPage.Json(string.Create(
        CultureInfo.InvariantCulture, $"{{\"draining\":{(facts.IsDraining ? "true" : "false")},\"connections\":{facts.OpenConnections}}}"));
}
