using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Health;

/// <summary>
/// Checks the endpoints outside the mesh of those services that say so, while this proxy knows the services, and puts what it finds into the snapshot that the workers
/// read. Such endpoints get plain bytes, from requests and from checks: no certificate is shown. Control thread only.
/// </summary>
internal sealed class MeshChecks
{
    /// <summary>Verdicts that come together make one snapshot.</summary>
    private const int GatherMs = 10;

    private readonly EventLoop _loop;
    private readonly ConfigStore _config;
    private readonly EndpointChecks _checks;
    private readonly VerdictLog _log;
    private readonly LoopTimer _publish;

    /// <summary>The services that are checked, as they were when last looked at.</summary>
    private readonly Dictionary<string, ServiceView> _followed = new(StringComparer.Ordinal);
    private bool _stopped;
    private bool _isTold = true;

    public MeshChecks(EventLoop loop, ConfigStore config, Func<CheckedPlace, IHealthProbe> makeProbe)
    {
        _loop = loop;
        _config = config;
        _checks = new EndpointChecks(loop, makeProbe, OnTurned, new Random());
        _log = new VerdictLog(loop);
        _publish = new LoopTimer(loop, config.PublishVerdicts);
    }

    /// <summary>Null while nothing is to be checked.</summary>
    public CheckFigures? Figures => _followed.Count == 0 ? null : _checks.Figures;

    public static MeshChecks Over(EventLoop loop, SocketFactory sockets, Func<ResolverFiles> names, ConfigStore config)
    {
        Resolver resolver = new(loop, new ResolverNetwork(loop, sockets), names);
        return new MeshChecks(loop, config, place => Probes.Of(loop, sockets, resolver, place));
    }

    /// <summary>What the last check of an endpoint found; null when it is not checked.</summary>
    public string? Describe(string service, string endpoint) => _checks.Find(service, endpoint)?.Finding;

    /// <summary>The next report is the first of its session.</summary>
    public void SessionStarted() => _isTold = _followed.Count == 0;

    /// <summary>What has been found, for the control plane; null while it has not changed since the last call.</summary>
    public CheckReport? Report()
    {
        if (_isTold)
        {
            return null;
        }

        _isTold = true;
        return new CheckReport
        {
            Endpoints =
            [
                .. _checks.Known.OrderBy(static check => check.Judge.Verdict.IsHealthy).Take(CheckReport.EndpointsMax).Select(check => new CheckedEndpoint
                {
                    Service = check.Place.Group,
                    Endpoint = check.Place.Key,
                    Address = check.Place.Where.Name,
                    Healthy = check.Judge.Verdict.IsHealthy,
                    Detail = check.Judge.Verdict.Detail,
                    HeldMs = (ulong)Math.Max(0, _loop.NowMs - check.TurnedMs),
                }),
            ],
        };
    }

    /// <summary>Lets the workers see at once what has been found: before somebody is told of a verdict, it holds.</summary>
    public void PublishNow()
    {
        if (_publish.IsSet)
        {
            _publish.Cancel();
            _config.PublishVerdicts();
        }
    }

    /// <summary>The configuration is another: checks what it says.</summary>
    public void Follow()
    {
        if (_stopped)
        {
            return;
        }

        MeshSnapshot snapshot = _config.Snapshot;
        foreach (string gone in _followed.Keys.Where(name => !snapshot.TryGetService(name, out ServiceView? service) || service.HealthCheck is null).ToArray())
        {
            _followed.Remove(gone);
            _checks.Replace(gone, []);
        }

        foreach (ServiceView service in snapshot.Services)
        {
            if (service.HealthCheck is { } rule && !ReferenceEquals(_followed.GetValueOrDefault(service.Name), service))
            {
                _followed[service.Name] = service;
                _checks.Replace(service.Name, PlacesOf(service, rule));
            }
        }
    }

    /// <summary>Checks nothing more; the verdicts stay.</summary>
    public void Stop()
    {
        _stopped = true;
        _checks.Stop();
        _followed.Clear();
    }

    private static List<CheckedPlace> PlacesOf(ServiceView service, HealthCheckRule rule)
    {
        List<CheckedPlace> places = [];
        ushort port = rule.Port != 0 ? (ushort)rule.Port : service.Ports.IsEmpty ? (ushort)0 : service.Ports[0].Number;
        UpstreamProtocol protocol = UpstreamProtocols.Of(service.FindPort(port)?.Protocol ?? Protocol.Auto);
        foreach (EndpointView endpoint in service.Endpoints.Endpoints)
        {
            if (endpoint.IsChecked && port != 0)
            {
                NetAddress address = endpoint.Address.WithPort(endpoint.TargetPort(port));
                places.Add(new CheckedPlace(service.Name, endpoint.Key, new UpstreamSettings { Address = address, Host = endpoint.Host, Protocol = protocol }, rule));
            }
        }

        return places;
    }

    private void OnTurned(CheckedPlace place, Contracts.Mesh.Health? health)
    {
        _isTold = false;
        _config.Judge(place.Group, place.Key, health);
        if (!_publish.IsSet)
        {
            _publish.Set(GatherMs);
        }

        if (health is Contracts.Mesh.Health.Healthy or Contracts.Mesh.Health.Unhealthy && _checks.Find(place.Group, place.Key) is { } check)
        {
            _log.Tell($"{place.Group} at {place.Where.Name}", check);
        }
    }
}
