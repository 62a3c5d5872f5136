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

    public void Dispose() => _http.Dispose();

    private async Task<int?> CountAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using HttpResponseMessage answer = await _http.SendAsync(request, cancel);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            return document.RootElement.GetProperty("connections").GetInt32();
        }
        catch (Exception e) when (IsUnreachable(e, cancel) || e is JsonException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static bool IsUnreachable(Exception e, CancellationToken cancel) =>
        e is HttpRequestException or Win32Exception or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested);
}
