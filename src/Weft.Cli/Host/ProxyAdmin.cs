using System.ComponentModel;
using System.Globalization;
using System.Text.Json;

namespace Weft.Cli.Host;

/// <summary>The proxy's admin listener, reached inside its namespace.</summary>
internal sealed class ProxyAdmin : IDisposable
{
    private readonly HttpClient _http;

    public ProxyAdmin(NetworkNamespace netns, int port)
    {
        _http = NamespaceSocket.Http(netns, TimeSpan.FromSeconds(3));
        _http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    /// <summary>True when the proxy says that it serves.</summary>
    public async Task<bool> ReadyAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("/ready", UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (IsUnreachable(e, cancel))
        {
            return false;
        }
    }

    /// <summary>Asks the proxy to take nothing new, to end idle connections, and to let the rest come to their end.</summary>
    /// <returns>The connections left, or null when the proxy does not answer.</returns>
    public Task<int?> DrainAsync(CancellationToken cancel) => CountAsync(HttpMethod.Post, "/drain", cancel);

    /// <summary>As <see cref="DrainAsync"/>, and callers forget the workload: its application goes on without the mesh.</summary>
    public Task<int?> LeaveAsync(CancellationToken cancel) => CountAsync(HttpMethod.Post, "/leave", cancel);

    /// <summary>The connections left, or null when the proxy does not answer.</summary>
    public Task<int?> ConnectionsAsync(CancellationToken cancel) => CountAsync(HttpMethod.Get, "/drain", cancel);

    /// <summary>Drains, or leaves, until no connection is left.</summary>
    /// <returns>How many were left at the deadline; 0 when all came to their end, or when the proxy is gone.</returns>
    public async Task<int> DrainToEndAsync(bool leave, TimeSpan limit, CancellationToken cancel)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        int? left = leave ? await LeaveAsync(cancel) : await DrainAsync(cancel);
        while (left > 0 && Environment.TickCount64 < end)
        {
            await Task.Delay(50, cancel);
            left = await ConnectionsAsync(cancel);
        }

        return left ?? 0;
    }

    /// <summary>Asks for the proxy's upgrade, or how it goes.</summary>
    /// <returns>The process that answers, "none", "running" or "failed", and why; null when none answers.</returns>
    public async Task<(int Pid, string State, string Why)?> UpgradeAsync(bool begin, CancellationToken cancel)
    {
        using JsonDocument? page = await AskAsync(begin ? HttpMethod.Post : HttpMethod.Get, "/upgrade", cancel);
        return page is not null && page.RootElement.TryGetProperty("pid", out JsonElement pid)
            ? (pid.GetInt32(), page.RootElement.GetProperty("state").GetString() ?? "", page.RootElement.GetProperty("why").GetString() ?? "")
            : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<int?> CountAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using JsonDocument? page = await AskAsync(method, path, cancel);
        return page is not null && page.RootElement.TryGetProperty("connections", out JsonElement connections) ? connections.GetInt32() : null;
    }

    private async Task<JsonDocument?> AskAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using HttpResponseMessage answer = await _http.SendAsync(request, cancel);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
        }
        catch (Exception e) when (IsUnreachable(e, cancel) || e is JsonException)
        {
            return null;
        }
    }

    private static bool IsUnreachable(Exception e, CancellationToken cancel) =>
        e is HttpRequestException or Win32Exception or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested);
}
