namespace Weft.Proxy.Admin;

/// <summary>One answer of the admin listener.</summary>
internal readonly record struct AdminPage(int Status, string ContentType, string Body)
{
    public static AdminPage Text(int status, string text) => new(status, "text/plain; charset=utf-8", text + "\n");

    public static AdminPage Json(string json) => new(200, "application/json", json + "\n");
}
