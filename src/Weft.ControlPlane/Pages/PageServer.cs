using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weft.ControlPlane.Pages;

/// <summary>
/// Answers what a browser asks for outside the API: the page's files, the same page for every address of its own, and the login. These need no
/// session: the program of the page is no secret, what it shows comes from the API.
/// </summary>
internal sealed class PageServer(PageFiles files, PageGuard guard, Login login)
{
    private const string NotBuilt =
        "Weft's dashboard is not part of this build, since Node.js 18 or newer was missing: install it (apt-get install nodejs npm) and build again (./weft version). "
        + "Everything else works; weft --help shows the command line.\n";

    private static readonly PathString s_api = new("/v1");
    private static readonly PathString s_login = new("/login");

    /// <summary>Whether the path is ours and not the API's.</summary>
    public static bool IsPage(PathString path) => !path.StartsWithSegments(s_api, StringComparison.Ordinal);

    public async Task AnswerAsync(HttpContext context)
    {
        if (!guard.IsOurs(context))
        {
            await TextAsync(context, 421, "This server is not known by that name. Add it with --name, or use its address.\n");
            return;
        }

        bool isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!isRead)
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await TextAsync(context, 405, "Only GET is served here.\n");
        }
        else if (context.Request.Path.Equals(s_login, StringComparison.Ordinal))
        {
            await login.AnswerAsync(context);
        }
        else if (!files.IsThere)
        {
            await TextAsync(context, 503, NotBuilt);
        }
        else
        {
            await FileAsync(context);
        }
    }

    private Task FileAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!.TrimStart('/');
        PageFile? file = files.Find(path);
        if (file is null && path.StartsWith("assets/", StringComparison.Ordinal))
        {
            // A page of an older build asks for a file that is gone; the index in its place would be taken for a program.
            return TextAsync(context, 404, "There is no such file; load the page again.\n");
        }

        return SendAsync(context, file ?? files.Find(PageFiles.Index)!);
    }

    private static Task SendAsync(HttpContext context, PageFile file)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        if (context.Request.Headers.IfNoneMatch.ToString() == file.Tag)
        {
            response.StatusCode = 304;
            return Task.CompletedTask;
        }

        StringValues accepted = context.Request.Headers.AcceptEncoding;
        (byte[] body, string? coding) = file switch
        {
            { Brotli: { } brotli } when Accepts(accepted, "br") => (brotli, "br"),
            { Gzip: { } gzip } when Accepts(accepted, "gzip") => (gzip, "gzip"),
            _ => (file.Plain, null),
        };
        if (coding is not null)
        {
            response.Headers.ContentEncoding = coding;
        }

        response.ContentType = file.ContentType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Whether a coding is named and not refused by "q=0" (RFC 9110, 12.5.3).</summary>
    internal static bool Accepts(StringValues header, string coding)
    {
        foreach (string item in header.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            string[] parts = item.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                return !parts.Skip(1).Any(part => part.Replace(" ", "", StringComparison.Ordinal) is "q=0" or "q=0.0" or "q=0.00" or "q=0.000");
            }
        }

        return false;
    }

    internal static Task TextAsync(HttpContext context, int status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
