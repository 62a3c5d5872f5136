using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Contracts.Api;

namespace Weft.Cli.Api;

/// <summary>The control plane's API, one method per route. Every failure is a <see cref="CliException"/> with the exit code that fits.</summary>
internal sealed partial class ApiClient : IDisposable
{
    /// <summary>No answer of the API is larger; a larger one is an error, not an out-of-memory.</summary>
    private const int AnswerBytesMax = 64 * 1024 * 1024;

    /// <summary>A control plane that takes longer for one call is stuck; a call that waits on purpose adds its own time.</summary>
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    private readonly ApiEndpoint _endpoint;
    private readonly HttpClient _http;

    public ApiClient(ApiEndpoint endpoint)
    {
        _endpoint = endpoint;
        _http = new HttpClient(ApiTransport.Create(endpoint))
        {
            BaseAddress = endpoint.Server ?? new Uri("http://weft"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("weft", ProductVersion.Text));
        if (endpoint.Server is not null && endpoint.TokenFile is { } file)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiTransport.ReadToken(file));
        }
    }

    public ApiEndpoint Endpoint => _endpoint;

    public Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancel)
        => SendAsync(HttpMethod.Post, "/v1/commits", ApiJson.Default.CommitResult, cancel, JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.CommitRequest));

    public Task<IReadOnlyList<CommitResult>> CommitsAsync(CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/commits", ApiJson.Default.IReadOnlyListCommitResult, cancel);

    public Task<CommitResult> CommitAsync(long number, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, Path($"/v1/commits/{number}"), ApiJson.Default.CommitResult, cancel);

    public Task<CommitResult> RevertAsync(long number, CancellationToken cancel)
        => SendAsync(HttpMethod.Post, Path($"/v1/commits/{number}/revert"), ApiJson.Default.CommitResult, cancel);

    /// <summary>Answers when the commit has reached every affected proxy, or after <paramref name="waitSeconds"/>.</summary>
    public Task<RolloutStatus> RolloutAsync(long number, int waitSeconds, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, Path($"/v1/commits/{number}/rollout?wait={waitSeconds}"), ApiJson.Default.RolloutStatus, cancel, wait: TimeSpan.FromSeconds(waitSeconds));

    /// <summary>Resources; null means any.</summary>
    public Task<ResourceList> ResourcesAsync(string? kind, string? ns, string? name, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/resources" + Query(("kind", kind), ("namespace", ns), ("name", name)), ApiJson.Default.ResourceList, cancel);

    public Task<CommitResult> DeleteAsync(string kind, string ns, string name, CancellationToken cancel)
        => SendAsync(HttpMethod.Delete, $"/v1/resources/{Uri.EscapeDataString(kind)}/{Uri.EscapeDataString(ns)}/{Uri.EscapeDataString(name)}", ApiJson.Default.CommitResult, cancel);

    public Task<MeshStatus> StatusAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "/v1/status", ApiJson.Default.MeshStatus, cancel);

    public Task<TrafficTable> EdgesAsync(TimeSpan window, string? ns, CancellationToken cancel, string? filter = null)
        => SendAsync(HttpMethod.Get, "/v1/edges" + Query(("window", Seconds(window)), ("namespace", ns), ("filter", filter)), ApiJson.Default.TrafficTable, cancel);

    public Task<TrafficTable> StatAsync(StatQuestion question, CancellationToken cancel) => SendAsync(
        HttpMethod.Get,
        "/v1/stat" + Query(
            ("window", question.From is null ? Seconds(question.Window) : null),
            ("from", question.From?.UtcDateTime.ToString("O")),
            ("to", question.To?.UtcDateTime.ToString("O")),
            ("by", question.By),
            ("side", question.Side),
            ("filter", question.Filter)),
        ApiJson.Default.TrafficTable,
        cancel);

    /// <param name="by">"service" or "edge".</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<ScoreList> ScoresAsync(string by, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/scores" + Query(("by", by)), ApiJson.Default.ScoreList, cancel);

    public Task<Topology> TopologyAsync(TimeSpan window, string? ns, string? filter, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/topology" + Query(("window", Seconds(window)), ("namespace", ns), ("filter", filter)), ApiJson.Default.Topology, cancel);

    public Task<TokenResult> TokenAsync(TokenRequest request, CancellationToken cancel)
        => SendAsync(HttpMethod.Post, "/v1/tokens", ApiJson.Default.TokenResult, cancel, JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.TokenRequest));

    /// <summary>An address that logs one browser in, once.</summary>
    public Task<LoginUrl> LoginUrlAsync(LoginUrlRequest request, CancellationToken cancel)
        => SendAsync(HttpMethod.Post, "/v1/login-urls", ApiJson.Default.LoginUrl, cancel, JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.LoginUrlRequest));

    public Task<IReadOnlyList<ServiceItem>> ServicesAsync(CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/services", ApiJson.Default.IReadOnlyListServiceItem, cancel);

    /// <summary>What callers' proxies found of endpoints without a proxy.</summary>
    /// <param name="service">Of this one, "namespace/name"; null for all.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<IReadOnlyList<CheckItem>> ChecksAsync(string? service, CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/checks" + (service is null ? "" : "?service=" + Uri.EscapeDataString(service)), ApiJson.Default.IReadOnlyListCheckItem, cancel);

    /// <summary>What checks find in the configuration that is in force.</summary>
    public Task<IReadOnlyList<Finding>> FindingsAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "/v1/findings", ApiJson.Default.IReadOnlyListFinding, cancel);

    public Task<IReadOnlyList<AuditItem>> AuditAsync(CancellationToken cancel)
        => SendAsync(HttpMethod.Get, "/v1/audit", ApiJson.Default.IReadOnlyListAuditItem, cancel);

    /// <summary>The proxy's answer comes back as text.</summary>
    /// <param name="ns">Namespace of the workload.</param>
    /// <param name="workload">Whose proxy.</param>
    /// <param name="verb">"drain", "dump", "renew" or "log-level".</param>
    /// <param name="level">For "log-level".</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<TextResult> ProxyCommandAsync(string ns, string workload, string verb, string? level, CancellationToken cancel)
    {
        var path = $"/v1/proxies/{Uri.EscapeDataString(ns)}/{Uri.EscapeDataString(workload)}/commands/{Uri.EscapeDataString(verb)}" + Query(("level", level));
        return SendAsync(HttpMethod.Post, path, ApiJson.Default.TextResult, cancel);
    }

    public Task<TrustItem> TrustAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "/v1/trust", ApiJson.Default.TrustItem, cancel);

    public async Task<string> PageAddressAsync(CancellationToken cancel) => (await SendAsync(HttpMethod.Get, "/v1/health", ApiJson.Default.HealthItem, cancel)).Page;

    /// <summary>True when the control plane says that it is well.</summary>
    public async Task<bool> HealthAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health");
        using var response = await ExchangeAsync(request, cancel);
        return response.IsSuccessStatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancel, byte[]? body = null, TimeSpan wait = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await ExchangeAsync(request, cancel, wait);
        var bytes = await ReadBodyAsync(response, cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw ApiFailure.From(response.StatusCode, bytes, path);
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw ApiFailure.Nonsense(path, "the answer is null");
        }
        catch (JsonException e)
        {
            throw ApiFailure.Nonsense(path, e.Message);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancel, TimeSpan wait = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerTimeMax + wait);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw ApiFailure.Silent(_endpoint, AnswerTimeMax + wait);
        }
        catch (HttpRequestException e)
        {
            throw ApiFailure.Unreachable(_endpoint, e);
        }
    }

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (HttpRequestException e)
        {
            throw ApiFailure.Unreachable(_endpoint, e);
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        var parts = new List<string>();
        foreach (var (name, value) in pairs)
        {
            if (value is not null)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
