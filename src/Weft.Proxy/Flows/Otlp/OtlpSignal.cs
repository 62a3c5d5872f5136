namespace Weft.Proxy.Flows.Otlp;

/// <summary>The three kinds of data of OTLP.</summary>
internal enum OtlpSignal
{
    Traces,
    Logs,
    Metrics,
}
