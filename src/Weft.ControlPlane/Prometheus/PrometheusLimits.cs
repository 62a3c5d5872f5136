namespace Weft.ControlPlane.Prometheus;

/// <summary>What one question to a Prometheus may cost. Beyond a bound the question fails with words; nothing is cut off silently.</summary>
internal static class PrometheusLimits
{
    /// <summary>Bytes of one answer.</summary>
    internal const int AnswerBytesMax = 32 * 1024 * 1024;

    /// <summary>Series of one answer.</summary>
    internal const int SeriesMax = 100_000;

    /// <summary>Samples of one answer, of all its series together.</summary>
    internal const int SamplesMax = 1_000_000;

    /// <summary>Depth of the JSON of an answer; Prometheus' own have six levels.</summary>
    internal const int DepthMax = 16;

    /// <summary>Questions that are asked at a time; further ones wait, within their time.</summary>
    internal const int AtOnceMax = 4;

    /// <summary>Characters of what Prometheus says of an error that are passed on.</summary>
    internal const int ErrorCharactersMax = 300;

    /// <summary>How long Prometheus may compute.</summary>
    internal static TimeSpan ComputeTime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one question may take, waiting and reading included.</summary>
    internal static TimeSpan AskTime { get; } = TimeSpan.FromSeconds(15);

    internal static TimeSpan ConnectTime { get; } = TimeSpan.FromSeconds(3);
}
