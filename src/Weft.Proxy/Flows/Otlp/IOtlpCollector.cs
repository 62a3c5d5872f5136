namespace Weft.Proxy.Flows.Otlp;

/// <summary>Takes requests of OTLP.</summary>
internal interface IOtlpCollector
{
    /// <summary>Looks after its files. False while a collector that could not be reached is left alone: what is to be sent waits.</summary>
    bool Tend();

    /// <summary>Sends one request and waits for the answer.</summary>
    /// <returns>Null when it was taken, else why not.</returns>
    ValueTask<string?> SendAsync(OtlpSignal signal, byte[] request);
}
