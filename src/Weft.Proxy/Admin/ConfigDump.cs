using System.Globalization;
using System.Text;
using System.Text.Json;
using Weft.Contracts;
using Weft.Proxy.Discovery;
using Weft.Proxy.Flows;
using Weft.Proxy.Health;
using Weft.Proxy.State;
using Weft.Routing.Matching;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Admin;

/// <summary>Everything a proxy runs by, as JSON: its settings, identity, subscriptions, resources and what they mean together. No secrets.</summary>
internal static class ConfigDump
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static string Write(RunSettings settings, SavedIdentity? identity, ConfigStore config, MeshChecks checks, FlowSettings flows, bool connected, double? ageS)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteString("workload", settings.WorkloadName);
            json.WriteString("service", settings.ServiceName);
            json.WriteBoolean("connected", connected);
            json.WriteNumber("commit", config.Commit);
            if (ageS is { } age)
            {
                json.WriteNumber("ageSeconds", Math.Round(age, 1));
            }

            WriteSettings(json, settings);
            WriteTelemetry(json, flows, config.Snapshot.Telemetry);
            WriteIdentity(json, identity);
            WriteServices(json, config.Snapshot, checks);
            WriteSubscriptions(json, config);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteSettings(Utf8JsonWriter json, RunSettings settings)
    {
        json.WriteStartObject("settings");
        json.WriteString("control", settings.Control.ToString());
        json.WriteString("address", settings.Address.HostText);
        json.WriteString("capture", settings.Transparent ? "transparent" : "explicit");
        WriteAddress(json, "outbound", settings.Outbound);
        WriteAddress(json, "inbound", settings.Inbound);
        WriteAddress(json, "tunnel", settings.Tunnel);
        WriteAddress(json, "dns", settings.Dns);
        WriteAddress(json, "admin", settings.Admin);
        WriteAddress(json, "upstreamDns", settings.UpstreamDns);
        json.WriteNumber("workers", settings.Workers);
        json.WriteString("zone", settings.Zone);
        json.WriteStartObject("labels");
        foreach ((string key, string value) in settings.Labels)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("ports");
        foreach (ServedPort port in settings.Ports)
        {
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{port.Port}={port.Target} {port.Protocol}"));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What holds, and which of it comes from the control plane.</summary>
    private static void WriteTelemetry(Utf8JsonWriter json, FlowSettings flows, TelemetryView? told)
    {
        json.WriteStartObject("telemetry");
        json.WriteNumber("traceSamplePercent", Math.Round(flows.SampleShare * 100, 4));
        json.WriteNumber("slowMilliseconds", flows.SlowUs / 1_000);
        json.WriteNumber("accessLogSamplePercent", Math.Round(flows.AccessLogShare * 100, 4));
        json.WriteStartArray("fromControlPlane");
        foreach ((string name, bool isTold) in (ReadOnlySpan<(string, bool)>)
            [("traceSamplePercent", told?.TraceShare is not null), ("slowMilliseconds", told?.SlowUs is not null), ("accessLogSamplePercent", told?.AccessLogShare is not null)])
        {
            if (isTold)
            {
                json.WriteStringValue(name);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, Primitives.Net.NetAddress? address)
    {
        if (address is { } known)
        {
            json.WriteString(name, known.ToString());
        }
    }

    private static void WriteIdentity(Utf8JsonWriter json, SavedIdentity? identity)
    {
        if (identity is null)
        {
            json.WriteNull("identity");
            return;
        }

        json.WriteStartObject("identity");
        json.WriteString("id", identity.Id.ToString());
        json.WriteString("notBefore", identity.NotBefore);
        json.WriteString("notAfter", identity.NotAfter);
        json.WriteEndObject();
    }

    private static void WriteServices(Utf8JsonWriter json, MeshSnapshot snapshot, MeshChecks checks)
    {
        json.WriteStartArray("services");
        foreach (ServiceView service in snapshot.Services.OrderBy(static s => s.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", service.Name);
            json.WriteBoolean("whole", service.IsWhole);
            if (service.VirtualAddress is { } address)
            {
                json.WriteString("virtualAddress", address.HostText);
            }

            if (service.HealthCheck is { } rule)
            {
                WriteCheck(json, rule);
            }

            json.WriteStartArray("endpoints");
            foreach (EndpointView endpoint in service.Endpoints.Endpoints)
            {
                json.WriteStartObject();
                json.WriteString("workload", endpoint.Workload);
                json.WriteString("address", endpoint.Host ?? endpoint.Address.HostText);
                json.WriteNumber("tunnelPort", endpoint.TunnelPort);
                json.WriteString("identity", endpoint.Identity);
                json.WriteString("health", endpoint.Health.ToString());
                if (checks.Describe(service.Name, endpoint.Key) is { } found)
                {
                    json.WriteString("check", found);
                }

                json.WriteNumber("weight", endpoint.Weight);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("routes");
            foreach (RouteRuleView route in service.Routes.Rules)
            {
                json.WriteStringValue(route.Name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("policy", snapshot.Policy is not null);
    }

    private static void WriteCheck(Utf8JsonWriter json, HealthCheckRule rule)
    {
        json.WriteStartObject("healthCheck");
        json.WriteString("kind", rule.Kind.ToString());
        json.WriteNumber("intervalMs", rule.IntervalMs);
        json.WriteNumber("timeoutMs", rule.TimeoutMs);
        json.WriteNumber("unhealthyThreshold", rule.UnhealthyThreshold);
        json.WriteNumber("healthyThreshold", rule.HealthyThreshold);
        json.WriteNumber("minHealthyPercent", rule.MinHealthyPercent);
        json.WriteEndObject();
    }

    private static void WriteSubscriptions(Utf8JsonWriter json, ConfigStore config)
    {
        Dictionary<ResourceKey, string> versions = config.Accepted.ToDictionary(static r => new ResourceKey(r.TypeUrl, r.Name), static r => r.Version);
        json.WriteStartArray("subscriptions");
        foreach (Subscription subscription in config.Subscriptions.All.OrderBy(static s => s.Key.TypeUrl, StringComparer.Ordinal).ThenBy(static s => s.Key.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("type", subscription.Key.TypeUrl[TypeUrls.Prefix.Length..]);
            json.WriteString("name", subscription.Key.Name);
            json.WriteString("state", subscription.State.ToString());
            if (versions.TryGetValue(subscription.Key, out string? version))
            {
                json.WriteString("version", version);
            }

            if (config.Refusals.TryGetValue(subscription.Key, out string? refusal))
            {
                json.WriteString("refused", refusal);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
