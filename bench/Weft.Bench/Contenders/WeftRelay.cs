using System.Globalization;

namespace Weft.Bench.Contenders;

/// <summary><c>weft-proxy relay</c>, one worker.</summary>
internal sealed class WeftRelay(string program)
{
    /// <summary>HTTP of either version; to the upstream in what the client spoke.</summary>
    public Launch Relay(int port, params IReadOnlyList<string> to)
        => new(port, [program, "relay", "--listen", Address(port), .. to.SelectMany(address => (string[])["--to", address])]);

    /// <summary>The same with every record there is: a line of access log for each request, metrics under all names, and spans, log records and metrics to a collector.</summary>
    /// <param name="log">The access log.</param>
    /// <param name="collectorPort">Where a collector takes OTLP over gRPC.</param>
    /// <param name="tracePercent">Share of ordinary requests that become spans.</param>
    public Launch RelayRecorded(int port, string to, string log, int collectorPort, int tracePercent)
    {
        Launch relay = Relay(port, to);
        return relay with
        {
            Command =
            [
                .. relay.Command, "--request-ids", "--access-log", log, "--telemetry-compat", "istio,linkerd,envoy", "--otlp", "grpc://" + Address(collectorPort),
                "--trace-sample", tracePercent.ToString(CultureInfo.InvariantCulture),
            ],
        };
    }

    public Launch Tcp(int port, int to) => Run(port, to, "--listen-protocol", "tcp", "--to-protocol", "tcp");

    /// <summary>The pair speaks HTTP/2 whatever the client speaks.</summary>
    public Launch ToTls(int port, int to, Certificates certificates) => Run(
        port,
        to,
        "--to-cert", certificates.Certificate("client"),
        "--to-key", certificates.Key("client"),
        "--to-trust", certificates.Authority,
        "--to-san", Certificates.ServerIdentity);

    /// <param name="protocol"><c>http1</c> or <c>http2</c>, to the origin.</param>
    public Launch FromTls(int port, int to, Certificates certificates, string protocol = "http1") => Run(
        port,
        to,
        "--listen-cert", certificates.Certificate("server"),
        "--listen-key", certificates.Key("server"),
        "--listen-trust", certificates.Authority,
        "--to-protocol", protocol);

    private Launch Run(int port, int to, params string[] more)
        => new(port, [program, "relay", "--listen", Address(port), "--to", Address(to), .. more]);

    private static string Address(int port) => "127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture);
}
