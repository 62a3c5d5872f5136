namespace Weft.Proxy.Flows.Otlp;

/// <summary>How OTLP travels.</summary>
internal enum OtlpProtocol
{
    /// <summary>gRPC over HTTP/2; by custom on port 4317.</summary>
    Grpc,

    /// <summary>Protobuf in POST requests of HTTP/1.1; by custom on port 4318.</summary>
    Http,
}
