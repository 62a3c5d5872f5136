using System.Text;
using System.Text.Json;
using Weft.Proxy.Engine;
using Weft.Proxy.Health;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Relaying;

/// <summary>
/// Checks the upstreams of a relay and tells its workers. A place that is named twice is checked once. Control thread only, but for <see cref="Of"/> and
/// <see cref="UnhealthyPlaces"/>.
/// </summary>
internal sealed class RelayChecks
{
    /// <summary>Characters of <see cref="UnhealthyPlaces"/>: what does not fit a new process finds out by itself.</summary>
    private const int UnhealthyCharsMax = 32 * 1024;

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

    /// <summary>The places that are unhealthy now, a line each: what the process after this one begins with. Any thread.</summary>
    public string UnhealthyPlaces
    {
        get
        {
            StringBuilder text = new();
            foreach (string place in _checked.Select(static known => known.Key).Where(key => _places[key].IsUnhealthy && text.Length + key.Length < UnhealthyCharsMax))
            {
                text.Append(text.Length == 0 ? "" : "\n").Append(place);
            }

            return text.ToString();
        }
    }

    /// <summary>What the workers look at. Any thread.</summary>
    public PlaceHealth Of(UpstreamPlace place) => _places[place.ToString()];

    /// <summary>Takes over what the process before this one found: it holds until the first check here. Before <see cref="Start"/>.</summary>
    /// <param name="unhealthyPlaces">Its <see cref="UnhealthyPlaces"/>; a place that this process does not have is nothing to it.</param>
    public void Inherit(string unhealthyPlaces)
    {
        foreach (string place in unhealthyPlaces.Split('\n'))
        {
            if (_places.TryGetValue(place, out PlaceHealth? health))
            {
                health.IsUnhealthy = true;
            }
        }
    }

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
                bool isInherited = check is not { Health: not Contracts.Mesh.Health.Unknown } && _places[place.Key].IsUnhealthy;
                json.WriteString("health", isInherited ? nameof(Contracts.Mesh.Health.Unhealthy) : check?.Health.ToString() ?? nameof(Contracts.Mesh.Health.Unknown));
                json.WriteString("check", isInherited ? "found by the process before this one" : check?.Finding ?? "not checked");
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
