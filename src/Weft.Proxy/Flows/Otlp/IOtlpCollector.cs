namespace Weft.Proxy.Flows.Otlp;

/// <summary>Takes requests of OTLP.</summary>
internal interface IOtlpCollector
{
    /// <summary>Sends one request and waits for the answer.</summary>
    /// <returns>Null when it was taken, else why not.</returns>
    ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request);
}
