using System.Globalization;
using Weft.Contracts.Session;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>Puts figures together from the samples of several answers, which may come at the same time.</summary>
/// <typeparam name="TKey">What tells figures apart.</typeparam>
/// <param name="reasons">Numbers of reasons.</param>
internal sealed class FigureSums<TKey>(ReasonTable reasons)
    where TKey : notnull
{
    private const double UsPerSecond = 1e6;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Sum> _sums = [];

    /// <summary>Adds one sample.</summary>
    /// <param name="key">Of which figures.</param>
    /// <param name="values">Values of the labels beside those of the key.</param>
    /// <param name="value">How much the counter grew.</param>
    internal delegate void Adder(TKey key, ReadOnlySpan<string> values, double value);

    internal bool IsEmpty => _sums.Count == 0;

    internal IReadOnlyList<TKey> Keys => [.. _sums.Keys];

    /// <summary>Values: class of status, reason, mutual TLS, success and, where there are two more, the identities of source and destination.</summary>
    internal void AddRequests(TKey key, ReadOnlySpan<string> values, double value)
    {
        ulong count = Whole(value);
        int reason = reasons.NumberOfEnding(values[1]);
        lock (_lock)
        {
            Sum sum = Of(key);
            Figures figures = sum.Figures;
            figures.Count += count;
            figures.Failures += values[3] == MetricLabels.False ? count : 0;
            figures.MutualTls += values[2] == MetricLabels.True ? count : 0;
            figures.Classes[MetricLabels.ClassOf(values[0])] += count;
            if (reason >= 0 && count > 0)
            {
                figures.AddReason(reason, count);
            }

            if (values.Length > 4)
            {
                sum.SeeIdentities(values[4], values[5], count);
            }
        }
    }

    /// <summary>Value: the upper bound. Bounds that are not this version's are left out; those beside them have their samples too.</summary>
    internal void AddBucket(TKey key, ReadOnlySpan<string> values, double value)
    {
        if (BucketOf(values[0]) is not (>= 0 and int bucket))
        {
            return;
        }

        lock (_lock)
        {
            Of(key).UpTo(bucket, value);
        }
    }

    internal void AddBytes(TKey key, ReadOnlySpan<string> values, double value)
    {
        lock (_lock)
        {
            Of(key).Figures.Bytes += Whole(value);
        }
    }

    internal void AddRetries(TKey key, ReadOnlySpan<string> values, double value)
    {
        lock (_lock)
        {
            Of(key).Figures.Retries += Whole(value);
        }
    }

    /// <summary>Value: the part.</summary>
    internal void AddPartSeconds(TKey key, ReadOnlySpan<string> values, double value) => AddPart(key, values[0], static figures => figures.PartSumsUs, value * UsPerSecond);

    /// <summary>Value: the part.</summary>
    internal void AddPartMeasured(TKey key, ReadOnlySpan<string> values, double value) => AddPart(key, values[0], static figures => figures.PartCounts, value);

    internal bool HasCounts(TKey key) => _sums.TryGetValue(key, out Sum? sum) && sum.Figures.Count > 0;

    /// <summary>Gives the latencies of one key to another.</summary>
    internal void MoveBuckets(TKey from, TKey to)
    {
        if (_sums.TryGetValue(from, out Sum? sum) && sum.Cumulative is { } moved)
        {
            sum.Cumulative = null;
            Of(to).Cumulative = moved;
        }
    }

    /// <summary>Forgets the latencies of a key.</summary>
    internal void DropBuckets(TKey key)
    {
        if (_sums.TryGetValue(key, out Sum? sum))
        {
            sum.Cumulative = null;
        }
    }

    /// <summary>Identities that most of the exchanges proved.</summary>
    internal (string Source, string Destination) IdentitiesOf(TKey key) => _sums[key].Identities;

    /// <summary>All figures. To be called once, when every answer is in.</summary>
    internal IEnumerable<(TKey Key, Figures Figures)> Finish()
    {
        foreach ((TKey key, Sum sum) in _sums)
        {
            sum.FillBuckets();
            yield return (key, sum.Figures);
        }
    }

    private static int BucketOf(string bound)
    {
        if (bound == "+Inf")
        {
            return LatencyBuckets.Count - 1;
        }

        return double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1e6
            ? LatencyBuckets.UpperBoundsUs.BinarySearch((long)Math.Round(seconds * UsPerSecond))
            : -1;
    }

    private delegate Span<ulong> PartsOf(Figures figures);

    private void AddPart(TKey key, string part, PartsOf of, double value)
    {
        for (int i = 0; i < Figures.PartCount; i++)
        {
            if (MetricLabels.Parts[i] == part)
            {
                lock (_lock)
                {
                    of(Of(key).Figures)[i] += Whole(value);
                }
            }
        }
    }

    private Sum Of(TKey key)
    {
        if (!_sums.TryGetValue(key, out Sum? sum))
        {
            if (_sums.Count >= TrafficLimits.MaxEdges)
            {
                throw new PromAnswerException($"it tells more than {TrafficLimits.MaxEdges} series apart");
            }

            _sums.Add(key, sum = new Sum());
        }

        return sum;
    }

    private static ulong Whole(double value) => (ulong)Math.Round(value);

    private sealed class Sum
    {
        private ulong _mostProved;

        internal Figures Figures { get; } = new();

        /// <summary>Exchanges up to each bound, NaN where no sample told; null without any.</summary>
        internal double[]? Cumulative { get; set; }

        internal (string Source, string Destination) Identities { get; private set; } = ("", "");

        internal void UpTo(int bucket, double value)
        {
            if (Cumulative is null)
            {
                Cumulative = new double[LatencyBuckets.Count];
                Array.Fill(Cumulative, double.NaN);
            }

            Cumulative[bucket] = (double.IsNaN(Cumulative[bucket]) ? 0 : Cumulative[bucket]) + value;
        }

        internal void SeeIdentities(string source, string destination, ulong count)
        {
            if (count >= _mostProved && destination.Length > 0)
            {
                (_mostProved, Identities) = (count, (source, destination));
            }
        }

        internal void FillBuckets()
        {
            double below = 0;
            for (int i = 0; i < (Cumulative?.Length ?? 0); i++)
            {
                double upTo = Cumulative![i];
                if (upTo > below)
                {
                    Figures.Buckets[i] = Whole(upTo - below);
                    below = upTo;
                }
            }
        }
    }
}
