using System.Globalization;

namespace Weft.Bench.Contenders;

/// <summary><c>weft-proxy relay</c>, one worker.</summary>
internal sealed class WeftRelay(string program)
{
    public Launch Relay(int port, int to) => Run(port, to);

    public Launch Tcp(int port, int to) => Run(port, to, "--listen-protocol", "tcp", "--to-protocol", "tcp");

    public Launch ToTls(int port, int to, Certificates certificates) => Run(
        port,
        to,
        "--to-cert", certificates.Certificate("client"),
        "--to-key", certificates.Key("client"),
        "--to-trust", certificates.Authority,
        "--to-san", Certificates.ServerIdentity);

    public Launch FromTls(int port, int to, Certificates certificates) => Run(
        port,
        to,
        "--listen-cert", certificates.Certificate("server"),
        "--listen-key", certificates.Key("server"),
        "--listen-trust", certificates.Authority);

    private Launch Run(int port, int to, params string[] more)
        => new(port, [program, "relay", "--listen", Address(port), "--to", Address(to), .. more]);

    private static string Address(int port) => "127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture);
}
