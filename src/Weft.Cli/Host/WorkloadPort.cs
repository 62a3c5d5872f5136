using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>A port of the service that a workload serves.</summary>
/// <param name="Port">What callers use.</param>
/// <param name="Protocol">"http1", "http2", "grpc", "tcp" or "http-proxy"; null: found out from the first bytes.</param>
/// <param name="Target">Where the application listens when that is not the same port on 127.0.0.1; "ADDRESS:PORT" or "unix:/PATH".</param>
internal sealed record WorkloadPort(int Port, string? Protocol = null, string? Target = null)
{
    public static readonly string[] Protocols = ["http1", "http2", "grpc", "tcp", "http-proxy"];

    /// <summary>Reads "8080", "8080:grpc", "8080=127.0.0.1:18080", "8080=unix:/run/app.sock" or "8080=127.0.0.1:18080:grpc".</summary>
    public static WorkloadPort Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string rest = equals < 0 ? text : text[(equals + 1)..];
        string? protocol = null;
        int colon = rest.LastIndexOf(':');
        if (colon >= 0 && Protocols.Contains(rest[(colon + 1)..]))
        {
            protocol = rest[(colon + 1)..];
            rest = rest[..colon];
        }

        string? target = equals < 0 ? null : rest;
        return TryPort(equals < 0 ? rest : text[..equals], out int port) && (target is null || IsTarget(target))
            ? new WorkloadPort(port, protocol, target)
            : throw HostErrors.Fail(HostErrors.BadName, $"--port \"{text}\" is not understood", $"protocols are {string.Join(", ", Protocols)}", "write 8080, 8080:grpc or 8080=127.0.0.1:18080:http1");
    }

    /// <summary>As <c>weft-proxy --port</c> takes it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Port}{(Target is null ? "" : "=" + Target)}{(Protocol is null ? "" : ":" + Protocol)}");

    internal static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;

    private static bool IsTarget(string text)
    {
        const string unix = "unix:/";
        const int pathMax = 107;
        if (text.StartsWith(unix, StringComparison.Ordinal))
        {
            return text.Length > unix.Length && text.Length - "unix:".Length <= pathMax;
        }

        int colon = text.LastIndexOf(':');
        return colon > 0 && System.Net.IPAddress.TryParse(text.AsSpan(0, colon), out _) && TryPort(text.AsSpan(colon + 1), out _);
    }
}
