using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>How long exchanges of one edge or service ordinarily take, part by part: moving means of samples of ten seconds. Quick to learn from the
/// first samples, slow afterwards, and slower still while something is wrong, so that a fault does not become the measure of itself.</summary>
internal sealed class Baseline
{
    /// <summary>From so many samples on there is an opinion.</summary>
    internal const int SamplesMin = 2;

    /// <summary>Samples that the moving mean remembers: an hour.</summary>
    private const int Memory = 360;

    /// <summary>How much less a sample counts while latency is penalised.</summary>
    private const double WhenWrong = 0.05;

    private readonly double[] _parts = new double[Figures.PartCount];
    private readonly int[] _partSamples = new int[Figures.PartCount];

    internal int Samples { get; private set; }

    /// <summary>Mean time that a caller waits, in ms: the exchange and the way to it.</summary>
    internal double ExperiencedMs { get; private set; }

    internal double P95Ms { get; private set; }

    /// <summary>The last second with traffic, Unix time.</summary>
    internal long LastSeen { get; private set; }

    internal bool IsKnown => Samples >= SamplesMin;

    /// <summary>Ordinary mean of a part in ms; null where it was hardly ever measured.</summary>
    internal double? PartMs(TimingPart part) => _partSamples[(int)part] >= SamplesMin ? _parts[(int)part] : null;

    internal void Add(Figures sample, bool isWrong, long second)
    {
        if (Experienced(sample) is not { } experienced)
        {
            return;
        }

        LastSeen = second;
        ExperiencedMs = Mix(ExperiencedMs, experienced, Samples, isWrong);
        P95Ms = Mix(P95Ms, sample.QuantileMs(0.95) ?? experienced, Samples, isWrong);
        Samples++;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (sample.MeanMs((TimingPart)i) is { } mean)
            {
                _parts[i] = Mix(_parts[i], mean, _partSamples[i], isWrong);
                _partSamples[i]++;
            }
        }
    }

    internal static double? Experienced(Figures figures)
        => (figures.MeanLatencyMs ?? figures.QuantileMs(0.5)) is { } mean ? mean + (figures.MeanMs(TimingPart.ClientRtt) ?? 0) : null;

    private static double Mix(double known, double sample, int samples, bool isWrong)
    {
        double weight = 1.0 / Math.Min(samples + 1, Memory);
        return known + ((sample - known) * (isWrong ? weight * WhenWrong : weight));
    }
}
