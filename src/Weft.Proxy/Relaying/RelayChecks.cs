using System.Text;
using System.Text.Json;
using Weft.Proxy.Engine;
using Weft.Proxy.Health;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Relaying;

/// <summary>Checks the upstreams of a relay and tells its workers. A place that is named twice is checked once. Control thread only, but for <see cref="Of"/>.</summary>
internal sealed class RelayChecks
{
    private readonly Dictionary<string, PlaceHealth> _places = new(StringComparer.Ordinal);
    private readonly List<CheckedPlace> _checked = [];
    private readonly EndpointChecks _checks;
    private readonly VerdictLog _log;

    /// <param name="loop">The control loop.</param>
    /// <param name="settings">With a check.</param>
    /// <param name="whereOf">How a place is dialled.</param>
    /// <param name="makeProbe">Makes what asks an upstream.</param>
    public RelayChecks(EventLoop loop, RelaySettings settings, Func<UpstreamPlace, UpstreamSettings> whereOf, Func<CheckedPlace, IHealthProbe> makeProbe)
    {
        foreach (UpstreamPlace place in settings.To.Concat(settings.ToSni.Select(static to => to.Place)))
        {
            if (_places.TryAdd(place.ToString(), new PlaceHealth()))
            {
                _checked.Add(new CheckedPlace("", place.ToString(), whereOf(place), settings.Check.Rule));
            }
        }

        _checks = new EndpointChecks(loop, makeProbe, OnTurned, new Random());
        _log = new VerdictLog(loop);
    }

    public CheckFigures Figures => _checks.Figures;

    /// <summary>What the workers look at. Any thread.</summary>
    public PlaceHealth Of(UpstreamPlace place) => _places[place.ToString()];

    public void Start() => _checks.Replace("", _checked);

    /// <summary>Checks nothing more; the verdicts stay.</summary>
    public void Stop() => _checks.Stop();

    /// <summary>What was found, as JSON.</summary>
    public string Describe()
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartArray();
            foreach (CheckedPlace place in _checked)
            {
                json.WriteStartObject();
                json.WriteString("to", place.Key);
                EndpointCheck? check = _checks.Find("", place.Key);
                json.WriteString("health", check?.Health.ToString() ?? "Unknown");
                json.WriteString("check", check?.Finding ?? "not checked");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void OnTurned(CheckedPlace place, Contracts.Mesh.Health? health)
    {
        _places[place.Key].IsUnhealthy = health == Contracts.Mesh.Health.Unhealthy;
        if (_checks.Find("", place.Key) is { } check)
        {
            _log.Tell(place.Key, check);
        }
    }
}
