using System.Net;
using Microsoft.AspNetCore.Http;

namespace Weft.ControlPlane.Pages;

/// <summary>What protects a browser's user: headers on every answer, and a check of the name by which the server was called.</summary>
internal sealed class PageGuard(IReadOnlyList<string> names)
{
    private const string Policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void AddHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // The address of a login carries its token.
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    }

    /// <summary>
    /// Whether a browser may have meant this server: by a loopback name, by the address that it connected to, or by a configured name. Any other
    /// name that leads here is somebody's DNS entry pointing at us (DNS rebinding), whose page would then count as ours.
    /// </summary>
    public bool IsOurs(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || names.Any(name => name.Equals(host, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        string bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        return IPAddress.TryParse(bare, out IPAddress? address)
            && (IPAddress.IsLoopback(address) || (context.Connection.LocalIpAddress is { } local && Plain(local).Equals(Plain(address))));
    }

    /// <summary>False for a call that a page of another site started (Fetch Metadata); browsers that do not say are told apart by SameSite and the CSRF header.</summary>
    public static bool IsSameSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
