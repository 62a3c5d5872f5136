namespace Weft.ControlPlane.Pages;

/// <summary>One file of the page, whole in memory, and compressed where that is smaller.</summary>
internal sealed record PageFile(string Name, byte[] Plain, byte[]? Brotli, byte[]? Gzip, string Tag)
{
    /// <summary>Files below assets/ carry a digest of their content in their name, so they never change.</summary>
    public bool IsImmutable => Name.StartsWith("assets/", StringComparison.Ordinal);

    public string ContentType => Path.GetExtension(Name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        ".json" => "application/json",
        _ => "application/octet-stream",
    };
}
