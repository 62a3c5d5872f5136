using System.Diagnostics;
using Weft.Routing.Snapshot;

namespace Weft.Routing.Balancing;

/// <summary>
/// What one event loop knows of one endpoint from its own traffic. Not thread-safe: each loop has its own. After
/// <see cref="OnStart"/> exactly one of <see cref="OnEnd"/>, <see cref="EndpointLoads.OnFailure"/> and <see cref="OnAbandoned"/> follows.
/// Times are microseconds of any clock that does not go back.
/// </summary>
public sealed class EndpointLoad
{
    /// <summary>
    /// How fast old latencies are forgotten. One cold start a hundred times slower than the rest keeps an endpoint out of
    /// a quiet service for ln 100 = 4.6 times as long.
    /// </summary>
    public const double DecayUs = 3_000_000;

    // A failure that comes back fast must not look like a fast endpoint.
    private const double LeastFailureUs = 100_000;
    private const double MostFailureUs = 10_000_000;

    private readonly Aperture _aperture;
    private double _latencyUs;
    private long _latencyAtUs;

    internal EndpointLoad(EndpointView endpoint, Aperture aperture, double latencyUs, long nowUs)
    {
        _aperture = aperture;
        Endpoint = endpoint;
        _latencyUs = latencyUs;
        _latencyAtUs = nowUs;
    }

    /// <summary>The endpoint as the newest aligned snapshot shows it.</summary>
    public EndpointView Endpoint { get; internal set; }

    /// <summary>Exchanges on this endpoint that this loop has started and not ended.</summary>
    public int InFlight { get; private set; }

    public int ConsecutiveFailures { get; private set; }

    /// <summary>Ejections without a success in between.</summary>
    public int EjectionsInRow { get; private set; }

    /// <summary>The endpoint is left alone until then; 0: never ejected.</summary>
    public long EjectedUntilUs { get; private set; }

    internal long RoundRobinCredit { get; set; }

    public bool IsEjected(long nowUs) => nowUs < EjectedUntilUs;

    /// <summary>Moving average of the latency in microseconds: follows a peak at once, forgets it over <see cref="DecayUs"/>.</summary>
    public double LatencyUs(long nowUs) => _latencyUs * Decay(nowUs - _latencyAtUs);

    /// <summary>What choosing this endpoint would cost: latency × (exchanges in flight + 1) ÷ weight.</summary>
    public double Cost(long nowUs) => Math.Max(LatencyUs(nowUs), 1) * (InFlight + 1) / Endpoint.Weight;

    public void OnStart()
    {
        InFlight++;
        _aperture.InFlight++;
    }

    /// <summary>The endpoint answered.</summary>
    public void OnEnd(long latencyUs, long nowUs)
    {
        Finish();
        ConsecutiveFailures = 0;
        EjectionsInRow = 0;
        Observe(latencyUs, nowUs);
    }

    /// <summary>The exchange ended for a reason that says nothing about the endpoint, such as a caller that went away.</summary>
    public void OnAbandoned() => Finish();

    internal void CountFailure(long nowUs)
    {
        Finish();
        ConsecutiveFailures++;
        Observe(Math.Clamp(LatencyUs(nowUs) * 2, LeastFailureUs, MostFailureUs), nowUs);
    }

    internal void Eject(long untilUs)
    {
        EjectedUntilUs = untilUs;
        EjectionsInRow++;

        // It comes back with a clean slate: the next ejection needs as many failures again.
        ConsecutiveFailures = 0;
    }

    private void Finish()
    {
        Debug.Assert(InFlight > 0, "an exchange ended twice, or was never started");
        InFlight--;
        _aperture.InFlight--;
    }

    private void Observe(double latencyUs, long nowUs)
    {
        double decay = Decay(nowUs - _latencyAtUs);
        double average = (_latencyUs * decay) + (latencyUs * (1 - decay));
        _latencyUs = Math.Max(latencyUs, average);
        _latencyAtUs = Math.Max(nowUs, _latencyAtUs);
    }

    private static double Decay(long elapsedUs) => elapsedUs <= 0 ? 1 : Math.Exp(-elapsedUs / DecayUs);
}
