using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Weft.Identity;

/// <summary>A SPIFFE ID: who a workload is (SPIFFE-ID specification, sections 2.1 to 2.4). Parsed strictly and kept byte for byte, so that two
/// identities are equal exactly when their texts are. Weft's own workloads are
/// <c>spiffe://&lt;trust domain&gt;/ns/&lt;namespace&gt;/svc/&lt;service&gt;</c>.</summary>
public sealed class SpiffeId : IEquatable<SpiffeId>
{
    /// <summary>Longest text that is accepted (SPIFFE-ID, 2.3), in bytes.</summary>
    public const int MaxLength = 2048;

    private const string Scheme = "spiffe://";
    private const int MaxTrustDomainLength = 255;
    private readonly string _text;

    private SpiffeId(string text, string trustDomain, string? @namespace, string? service)
    {
        _text = text;
        TrustDomain = trustDomain;
        Namespace = @namespace;
        Service = service;
    }

    public string TrustDomain { get; }

    /// <summary>The path with its leading slash; empty when the ID names a trust domain only.</summary>
    public string Path => _text[(Scheme.Length + TrustDomain.Length)..];

    /// <summary>The namespace of a Weft workload, null for every other form of path.</summary>
    public string? Namespace { get; }

    /// <summary>The service of a Weft workload, null for every other form of path.</summary>
    public string? Service { get; }

    /// <summary>Whether the path is <c>/ns/&lt;namespace&gt;/svc/&lt;service&gt;</c>.</summary>
    [MemberNotNullWhen(true, nameof(Namespace), nameof(Service), nameof(ServiceName))]
    public bool IsWorkload => Service is not null;

    /// <summary><c>&lt;namespace&gt;/&lt;service&gt;</c> of a Weft workload, else null.</summary>
    public string? ServiceName => Service is null ? null : Namespace + "/" + Service;

    /// <summary>The ID of a Weft workload.</summary>
    /// <exception cref="FormatException">A part has a character that a SPIFFE ID may not have, or the whole is too long.</exception>
    public static SpiffeId ForWorkload(string trustDomain, string @namespace, string service)
        => Parse(Scheme + trustDomain + "/ns/" + @namespace + "/svc/" + service) is { IsWorkload: true } id
            && id.TrustDomain == trustDomain && id.Namespace == @namespace && id.Service == service
                ? id
                : throw new FormatException($"A trust domain, namespace or service may not contain '/': '{trustDomain}', '{@namespace}', '{service}'.");

    /// <exception cref="FormatException">The text is not a SPIFFE ID.</exception>
    public static SpiffeId Parse(string text)
        => TryParse(text, out SpiffeId? id) ? id : throw new FormatException($"'{Shorten(text)}' is not a SPIFFE ID (spiffe://<trust domain>/<path>).");

    /// <summary>Parses the bytes of a URI name in a certificate. Anything outside ASCII is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        return ascii.Length <= MaxLength && !ascii.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e) && TryParse(Encoding.ASCII.GetString(ascii), out id);
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (text is null || text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> rest = text.AsSpan(Scheme.Length);
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> domain = slash < 0 ? rest : rest[..slash];
        ReadOnlySpan<char> path = slash < 0 ? default : rest[slash..];
        if (!IsTrustDomain(domain) || !IsPath(path))
        {
            return false;
        }

        ReadWorkload(path, out string? ns, out string? service);
        id = new SpiffeId(text, domain.ToString(), ns, service);
        return true;
    }

    /// <summary>Whether a text can stand as a trust domain: lower-case letters, digits, '.', '-' and '_', 1 to 255 of them (SPIFFE-ID, 2.1).</summary>
    public static bool IsTrustDomain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxTrustDomainLength)
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(SpiffeId? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as SpiffeId);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The ID exactly as it was parsed.</summary>
    public override string ToString() => _text;

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        while (!path.IsEmpty)
        {
            // The path is a sequence of "/segment"; a trailing slash would leave an empty segment behind.
            path = path[1..];
            int next = path.IndexOf('/');
            ReadOnlySpan<char> segment = next < 0 ? path : path[..next];
            if (!IsSegment(segment))
            {
                return false;
            }

            path = next < 0 ? default : path[next..];
        }

        return true;
    }

    private static bool IsSegment(ReadOnlySpan<char> segment)
    {
        if (segment is "" or "." or "..")
        {
            return false;
        }

        foreach (char c in segment)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static void ReadWorkload(ReadOnlySpan<char> path, out string? ns, out string? service)
    {
        ns = service = null;
        Span<Range> parts = stackalloc Range[6];
        if (path.Split(parts, '/') == 5 && path[parts[1]] is "ns" && path[parts[3]] is "svc")
        {
            ns = path[parts[2]].ToString();
            service = path[parts[4]].ToString();
        }
    }

    private static string Shorten(string? text) => text is null ? "" : text.Length <= 120 ? text : text[..120] + "…";
}
