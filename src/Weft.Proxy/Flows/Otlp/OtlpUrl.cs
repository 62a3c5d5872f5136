using System.Buffers;
using System.Globalization;
using Weft.Primitives.Net;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Reads the URL of a collector.</summary>
internal static class OtlpUrl
{
    /// <summary>Longest base path, in characters.</summary>
    private const int PathMax = 512;

    private const ushort HttpPort = 80;
    private const ushort HttpsPort = 443;

    /// <summary>pchar and the slash (RFC 3986, 3.3).</summary>
    private static readonly SearchValues<char> s_path = SearchValues.Create("/-._~%!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] s_signalPaths = ["/v1/traces", "/v1/logs", "/v1/metrics"];

    /// <exception cref="UsageException">It is none; the message names <paramref name="option"/>.</exception>
    public static OtlpOptions Parse(string option, string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        (OtlpProtocol protocol, bool isSecure, ushort implied) = (scheme < 0 ? "" : text[..scheme]) switch
        {
            "grpc" => (OtlpProtocol.Grpc, false, (ushort)0),
            "grpcs" => (OtlpProtocol.Grpc, true, HttpsPort),
            "http" => (OtlpProtocol.Http, false, HttpPort),
            "https" => (OtlpProtocol.Http, true, HttpsPort),
            _ => throw new UsageException($"{option}: \"{text}\" is none of grpc://HOST:4317, grpcs://HOST:4317, http://HOST:4318 and https://HOST:4318"),
        };
        string rest = text[(scheme + 3)..].TrimEnd('/');
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        bool isUnix = rest.StartsWith("unix:", StringComparison.Ordinal);
        (string host, string path) = isUnix || slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        if (host.Contains('@', StringComparison.Ordinal) && !isUnix)
        {
            // What stands there may be a secret, so the message does not repeat it.
            throw new UsageException($"{option}: a URL with a user in it is not understood; write --otlp-header authorization=@FILE");
        }

        if (!UpstreamPlace.TryParse(isUnix || HasPort(host) || implied == 0 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{implied}"), out UpstreamPlace place)
            || (!isUnix && place.Address.Port == 0))
        {
            throw new UsageException($"{option}: \"{text}\" names no host and port; write {text[..scheme]}://HOST:{(protocol == OtlpProtocol.Grpc ? 4317 : 4318)}");
        }

        if (isUnix && isSecure)
        {
            throw new UsageException($"{option}: \"{text}\" has no host that a certificate could be for; write {text[..(scheme - 1)]}://{rest}");
        }

        CheckPath(option, path, protocol);
        return new OtlpOptions(place, protocol) { IsSecure = isSecure, Authority = Authority(place, implied), BasePath = path };
    }

    private static void CheckPath(string option, string path, OtlpProtocol protocol)
    {
        if (protocol == OtlpProtocol.Grpc && path.Length > 0)
        {
            throw new UsageException($"{option}: gRPC has no path; leave \"{path}\" away, or write http or https");
        }

        if (path.Length > PathMax || path.AsSpan().ContainsAnyExcept(s_path))
        {
            throw new UsageException($"{option}: \"{path}\" is not a path of at most {PathMax} characters, without ? and #, such as /otlp");
        }

        if (Array.Find(s_signalPaths, end => path.EndsWith(end, StringComparison.Ordinal)) is { } known)
        {
            throw new UsageException($"{option}: leave {known} away; it is put behind the path for each kind of data");
        }
    }

    private static bool HasPort(string host) => host.StartsWith('[') ? !host.EndsWith(']') : host.Contains(':', StringComparison.Ordinal);

    private static string Authority(UpstreamPlace place, ushort implied)
        => place.Address.Family == NetFamily.Unix ? "localhost"
            : implied == 0 || place.Address.Port != implied ? place.ToString()
            : place.Host ?? (place.Address.Family == NetFamily.V6 ? $"[{place.Address.HostText}]" : place.Address.HostText);
}
