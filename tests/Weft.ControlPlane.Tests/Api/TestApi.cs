using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Pages;
using Weft.ControlPlane.Store;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

/// <summary>The real API on a real Kestrel, over its Unix socket and over HTTPS, with made-up rooms behind it.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    private static readonly Dictionary<string, byte[]> s_page = new()
    {
        ["index.html"] = "<!doctype html>"u8.ToArray(),
        ["assets/main-1a2b.js"] = "main()"u8.ToArray(),
        ["assets/main-1a2b.js.br"] = "brotli"u8.ToArray(),
        ["assets/main-1a2b.js.gz"] = "gzip"u8.ToArray(),
    };

    private readonly TempFolder _folder;
    private readonly ApiHost _host;
    private readonly HttpClient _local;

    private TestApi(TempFolder folder, SqliteModelStore store, ModelStore models, FakeMesh mesh, ApiHost host)
    {
        _folder = folder;
        _host = host;
        Store = store;
        Models = models;
        Mesh = mesh;
        _local = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, stop) => new NetworkStream(await ConnectAsync(stop), ownsSocket: true) })
        {
            BaseAddress = new Uri("http://weft"),
        };
    }

    public SqliteModelStore Store { get; }

    public ModelStore Models { get; }

    public FakeMesh Mesh { get; }

    public string SocketPath => _folder.File("weft.sock");

    public string TokenFile => _folder.File(AdminToken.FileName);

    public string PageAddress => _host.PageAddress;

    public string HttpsAddress => _host.HttpsAddress;

    /// <param name="ownUserId">Whom the socket serves; null: whoever runs the tests.</param>
    /// <param name="page">Files of the dashboard; null: a small one.</param>
    public static async Task<TestApi> StartAsync(uint? ownUserId = null, IReadOnlyDictionary<string, byte[]>? page = null)
    {
        AppContext.SetSwitch(KestrelLimits.NoBareLineFeedSwitch, true);
        TempFolder folder = new();
        SqliteModelStore store = SqliteModelStore.Open(folder.File("weft.db"), TimeProvider.System);
        ModelStore models = ModelStore.Open(store, TimeProvider.System, NullLogger.Instance);
        FakeMesh mesh = new();
        ServerSettings settings = new() { DataDirectory = folder.Path, SocketPath = folder.File("weft.sock"), Api = new IPEndPoint(IPAddress.Loopback, 0), Ui = new IPEndPoint(IPAddress.Loopback, 0), Names = ["weft.example"] };
        ApiParts parts = new(models, store, new Commits(models, store, mesh.Ports.Services), mesh.Ports, TimeProvider.System);
        Caller caller = new(AdminToken.Open(folder.File(AdminToken.FileName)), ownUserId ?? ServerHost.EffectiveUserId, new SessionStore(TimeProvider.System));
        ApiHost host = await ApiHost.StartAsync(settings, parts, caller, new PageFiles(page ?? s_page), NullLoggerProvider.Instance);
        return new TestApi(folder, store, models, mesh, host);
    }

    /// <summary>A browser: plain HTTP on loopback, keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(_host.PageAddress) };

    /// <summary>A browser that has logged in, and what its changes must carry.</summary>
    public async Task<(HttpClient Browser, string Csrf)> LoggedInAsync(string role)
    {
        LoginUrl login = await PostAsync("/v1/login-urls", $$"""{"role":"{{role}}"}""", ApiJson.Default.LoginUrl);
        HttpClient browser = Browser();
        using HttpResponseMessage answer = await browser.GetAsync(login.Url, Stop);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        SessionItem session = await ReadAsync(await browser.GetAsync("/v1/session", Stop), HttpStatusCode.OK, ApiJson.Default.SessionItem);
        Assert.Equal(role, session.Role);
        return (browser, session.Csrf);
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) => await ReadAsync(await _local.GetAsync(path, Stop), HttpStatusCode.OK, type);

    public async Task<ApiError> FailAsync(HttpMethod method, string path, HttpStatusCode status, string? body = null)
        => await ReadAsync(await SendAsync(method, path, body), status, ApiJson.Default.ApiError);

    public async Task<T> PostAsync<T>(string path, string? body, JsonTypeInfo<T> type) => await ReadAsync(
        await SendAsync(HttpMethod.Post, path, body),
        HttpStatusCode.OK,
        type);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null)
    {
        HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return _local.SendAsync(request, Stop);
    }

    /// <summary>Begins to read a stream.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => _local.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);

    public Task<CommitResult> ApplyAsync(string yaml, bool dryRun = false) => PostAsync("/v1/commits", Body(yaml, dryRun), ApiJson.Default.CommitResult);

    public static string Body(string yaml, bool dryRun = false)
    {
        CommitRequest request = new() { Documents = [new SourceDocument("file.yaml", yaml)], Namespace = "shop", DryRun = dryRun, Message = "why" };
        return JsonSerializer.Serialize(request, ApiJson.Default.CommitRequest);
    }

    /// <summary>A client over HTTPS that trusts exactly the server's certificate.</summary>
    public HttpClient Https(string? token)
    {
        HttpClientHandler handler = new()
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.RawData.AsSpan().SequenceEqual(Mesh.ServerCertificate.RawData),
        };
        HttpClient client = new(handler) { BaseAddress = new Uri($"https://{_host.HttpsAddress}") };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Sends bytes as they are and returns everything that comes back until the server closes.</summary>
    public async Task<string> RawAsync(string bytes)
    {
        using Socket socket = await ConnectAsync(Stop);
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), Stop);
        using MemoryStream all = new();
        byte[] buffer = new byte[4096];
        for (int length; (length = await socket.ReceiveAsync(buffer, Stop)) > 0;)
        {
            all.Write(buffer, 0, length);
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    public IReadOnlyList<AuditRecord> Audit() => Store.ListAudit(long.MaxValue, 100);

    public async ValueTask DisposeAsync()
    {
        _local.Dispose();
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        Mesh.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, HttpStatusCode status, JsonTypeInfo<T> type)
    {
        using (response)
        {
            string text = await response.Content.ReadAsStringAsync(Stop);
            Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
            return JsonSerializer.Deserialize(text, type)!;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken stop)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), stop);
        return socket;
    }
}
