using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Checks;

/// <summary>Is the mesh well? Control plane, clock, certificates, every proxy. One question to the server feeds them all.</summary>
internal static class MeshChecks
{
    public const string Control = "control plane";
    public const string Certificates = "certificates";
    public const string Proxies = "proxies";
    public const string Configuration = "configuration";

    private static readonly TimeSpan ClockWarning = TimeSpan.FromSeconds(5);

    /// <summary>Certificates are dated five minutes back; a clock further off than that breaks handshakes.</summary>
    private static readonly TimeSpan ClockFailure = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan RootWarning = TimeSpan.FromDays(60);
    private static readonly TimeSpan IssuerWarning = TimeSpan.FromDays(14);
    private static readonly TimeSpan AuthorityFailure = TimeSpan.FromDays(3);

    private const string Silent = "the control plane does not answer";

    /// <summary>Names shown per message.</summary>
    private const int NamesMax = 5;

    /// <summary>Findings shown per message; they are sentences.</summary>
    private const int FindingsMax = 3;

    public static IReadOnlyList<Check> All(ApiClient api, TimeProvider clock)
    {
        var status = new Lazy<Task<MeshStatus>>(() => api.StatusAsync(CancellationToken.None));
        return
        [
            new("WF1020", Control, "control plane reachable", async cancel => CheckAnswer.Pass($"{api.Endpoint.Describe()}, version {(await status.Value.WaitAsync(cancel)).Version}")),
            new("WF1021", Control, "control plane healthy", cancel => HealthAsync(api, cancel)),
            new("WF1022", Control, "clocks agree", On(status, s => Clock(s, clock.GetUtcNow()))),
            new("WF1023", Control, "versions fit", On(status, Versions)),
            new("WF1030", Certificates, "root certificate", On(status, s => Authority("root", s.RootNotAfter - s.Now, RootWarning))),
            new("WF1031", Certificates, "issuer certificate", On(status, s => Authority("issuer", s.IssuerNotAfter - s.Now, IssuerWarning))),
            new("WF1032", Certificates, "workload certificates", On(status, Leaves)),
            new("WF1040", Proxies, "proxies connected", On(status, Connected)),
            new("WF1041", Proxies, "no refused configuration", On(status, Refused)),
            new("WF1042", Proxies, "proxies run the newest commit", On(status, Lagging)),
            new("WF1043", Proxies, "workloads healthy", On(status, Health)),
            new("WF1050", Configuration, "configuration in force is sound", cancel => SoundAsync(api, cancel)),
        ];
    }

    private static async Task<CheckAnswer> HealthAsync(ApiClient api, CancellationToken cancel)
    {
        try
        {
            return await api.HealthAsync(cancel) ? CheckAnswer.Pass() : CheckAnswer.Fail("it says that it is not well", "weft get audit, and its log");
        }
        catch (CliException)
        {
            return CheckAnswer.Skip(Silent);
        }
    }

    private static async Task<CheckAnswer> SoundAsync(ApiClient api, CancellationToken cancel)
    {
        try
        {
            var found = await api.FindingsAsync(cancel);
            if (found.Count == 0)
            {
                return CheckAnswer.Pass();
            }

            // What does not work comes before what only may not be meant.
            var sorted = found.OrderBy(f => f.Severity == "error" ? 0 : 1).ToList();
            var detail = string.Join("; ", sorted.Take(FindingsMax).Select(f => $"{f.Code} {f.Message}")) + (sorted.Count > FindingsMax ? $"; and {sorted.Count - FindingsMax} more" : "");
            var fix = sorted[0].Fixes is [{ } first, ..] ? first : $"weft explain {sorted[0].Code}";
            return sorted[0].Severity == "error" ? CheckAnswer.Fail(detail, fix) : CheckAnswer.Warn(detail, fix);
        }
        catch (CliException)
        {
            return CheckAnswer.Skip(Silent);
        }
    }

    private static Func<CancellationToken, Task<CheckAnswer>> On(Lazy<Task<MeshStatus>> status, Func<MeshStatus, CheckAnswer> judge)
    {
        return async cancel =>
        {
            try
            {
                return judge(await status.Value.WaitAsync(cancel));
            }
            catch (CliException)
            {
                // WF1020 says it once; ten more failures with the same cause would hide the others.
                return CheckAnswer.Skip(Silent);
            }
        };
    }

    private static CheckAnswer Clock(MeshStatus status, DateTimeOffset here)
    {
        var off = (here - status.Now).Duration();
        var detail = $"{Units.Duration(off)} apart";
        const string Fix = "timedatectl set-ntp true";
        return off >= ClockFailure ? CheckAnswer.Fail(detail, Fix) : off >= ClockWarning ? CheckAnswer.Warn(detail, Fix) : CheckAnswer.Pass();
    }

    private static CheckAnswer Versions(MeshStatus status)
    {
        var odd = status.Proxies.Where(p => p.Version.Length > 0 && p.Version != status.Version).ToList();
        if (status.Version != ProductVersion.Text)
        {
            return CheckAnswer.Warn($"weft is {ProductVersion.Text}, the control plane {status.Version}", "install the same version of both");
        }

        return odd.Count == 0 ? CheckAnswer.Pass(status.Version) : CheckAnswer.Warn($"{StatusTable.Noun(odd.Count)} of another version: {Names(odd)}", "restart those workloads with the current weft-proxy");
    }

    private static CheckAnswer Authority(string what, TimeSpan left, TimeSpan warning)
    {
        var detail = left <= TimeSpan.Zero ? $"the {what} certificate has expired" : $"{Units.Duration(left)} left";
        const string Fix = "restart weft server, which renews what is due, then run weft check again";
        return left < AuthorityFailure ? CheckAnswer.Fail(detail, Fix) : left < warning ? CheckAnswer.Warn(detail, Fix) : CheckAnswer.Pass(detail);
    }

    private static CheckAnswer Leaves(MeshStatus status)
    {
        var known = Live(status).Where(p => p.CertificateNotAfter is not null).ToList();
        var expired = known.Where(p => p.CertificateNotAfter <= status.Now).ToList();
        if (expired.Count > 0)
        {
            return CheckAnswer.Fail($"expired: {Names(expired)}", $"restart the workload {expired[0].Workload}; its proxy then gets a new one");
        }

        if (known.Count == 0)
        {
            return CheckAnswer.Skip("no proxy has reported one yet");
        }

        return CheckAnswer.Pass($"the next to end has {Units.Duration(known.Min(p => p.CertificateNotAfter!.Value) - status.Now)} left");
    }

    private static CheckAnswer Connected(MeshStatus status)
    {
        if (status.Proxies.Count == 0)
        {
            return CheckAnswer.Warn("there are none", "weft run --service NAME -- COMMAND, or weft demo");
        }

        var away = status.Proxies.Where(p => p.State == "disconnected").ToList();
        return away.Count == 0
            ? CheckAnswer.Pass(Units.Count(status.Proxies.Count))
            : CheckAnswer.Fail($"{away.Count} of {status.Proxies.Count} disconnected: {Names(away)}", $"weft describe workload/{away[0].Workload}");
    }

    private static CheckAnswer Refused(MeshStatus status)
    {
        var refused = status.Proxies.Where(p => p.State == "refused").ToList();
        return refused.Count == 0
            ? CheckAnswer.Pass()
            : CheckAnswer.Fail($"{Names(refused)}: {refused[0].LastRefusal}", "weft undo, or correct the resource and apply it again");
    }

    private static CheckAnswer Lagging(MeshStatus status)
    {
        var lagging = status.Proxies.Where(p => p.State == "lagging").ToList();
        return lagging.Count == 0 ? CheckAnswer.Pass($"commit {status.Commit}") : CheckAnswer.Warn($"behind commit {status.Commit}: {Names(lagging)}", "weft status -w");
    }

    private static CheckAnswer Health(MeshStatus status)
    {
        var ill = Live(status).Where(p => p.Health == "unhealthy").ToList();
        return ill.Count == 0 ? CheckAnswer.Pass() : CheckAnswer.Warn($"unhealthy: {Names(ill)}", $"weft describe workload/{ill[0].Workload}");
    }

    private static IEnumerable<ProxyItem> Live(MeshStatus status) => status.Proxies.Where(p => p.State != "disconnected");

    private static string Names(List<ProxyItem> proxies)
        => string.Join(", ", proxies.Take(NamesMax).Select(p => p.Workload)) + (proxies.Count > NamesMax ? $" and {proxies.Count - NamesMax} more" : "");
}
