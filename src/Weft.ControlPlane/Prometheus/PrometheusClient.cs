using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>The HTTP side: bounded in time, size and number of questions at once. Redirects are not followed, and nothing is decompressed.</summary>
internal sealed class PrometheusClient : IPrometheus, IDisposable
{
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _room = new(PrometheusLimits.AtOnceMax);
    private readonly Uri _address;

    /// <param name="address">Where its HTTP API is, without "/api/v1".</param>
    /// <param name="handler">How to get there; tests have their own.</param>
    internal PrometheusClient(Uri address, HttpMessageHandler? handler = null)
    {
        _address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
        _http = new HttpClient(handler ?? new SocketsHttpHandler
        {
            ConnectTimeout = PrometheusLimits.ConnectTime,
            MaxConnectionsPerServer = PrometheusLimits.AtOnceMax,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public string Place => _address.AbsoluteUri.TrimEnd('/');

    public Task AskAsync(string query, long second, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop)
        => SendAsync("api/v1/query", [new("query", query), new("time", Text(second))], labels, take, stop);

    public Task AskRangeAsync(string query, TimeSpanOfSeconds span, int stepSeconds, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop)
        => SendAsync(
            "api/v1/query_range",
            [new("query", query), new("start", Text(span.From)), new("end", Text(span.To)), new("step", Text(stepSeconds))],
            labels,
            take,
            stop);

    public void Dispose()
    {
        _http.Dispose();
        _room.Dispose();
    }

    private async Task SendAsync(string path, List<KeyValuePair<string, string>> form, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(PrometheusLimits.AskTime);
        form.Add(new("timeout", Text((long)PrometheusLimits.ComputeTime.TotalSeconds) + "s"));
        bool isIn = false;
        try
        {
            await _room.WaitAsync(late.Token);
            isIn = true;
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_address, path)) { Content = new FormUrlEncodedContent(form) };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
            ReadOnlyMemory<byte> body = await ReadAsync(response, late.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused((int)response.StatusCode, PromAnswer.ErrorOf(body.Span));
            }

            PromAnswer.Read(body.Span, labels, take);
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            throw new FigureSourceException(
                $"Prometheus at {Place} did not answer within {PrometheusLimits.AskTime.TotalSeconds:0} s", "look at its load, or ask for a shorter window or fewer steps", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            throw new FigureSourceException(
                $"Prometheus at {Place} cannot be reached: {Root(fault).Message}", "start it, or correct --query-source of the server", fault);
        }
        catch (PromAnswerException fault)
        {
            throw new FigureSourceException(
                $"the answer of Prometheus at {Place} cannot be used: {fault.Message}", "check that --query-source of the server names a Prometheus, and ask for a shorter window or fewer steps if it is too large", fault);
        }
        finally
        {
            if (isIn)
            {
                _room.Release();
            }
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > PrometheusLimits.AnswerBytesMax)
        {
            throw TooLarge();
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(stop);
        byte[] body = new byte[Math.Max(4_096, response.Content.Headers.ContentLength ?? 64 * 1024)];
        int length = 0;
        while (true)
        {
            if (length == body.Length)
            {
                // One byte more than may come, so that it shows when more comes.
                int more = Math.Min(body.Length * 2, PrometheusLimits.AnswerBytesMax + 1);
                if (more == body.Length)
                {
                    throw TooLarge();
                }

                Array.Resize(ref body, more);
            }

            int read = await stream.ReadAsync(body.AsMemory(length), stop);
            if (read == 0)
            {
                return length <= PrometheusLimits.AnswerBytesMax ? body.AsMemory(0, length) : throw TooLarge();
            }

            length += read;
        }
    }

    private static PromAnswerException TooLarge() => new($"it is larger than {PrometheusLimits.AnswerBytesMax / 1024 / 1024} MiB");

    private FigureSourceException Refused(int status, string? error)
    {
        string fix = status switch
        {
            401 or 403 => "the server sends no credentials: let it reach Prometheus without, for example through a proxy on its own machine",
            >= 300 and < 400 or 404 or 405 => "check the address and path of --query-source of the server: /api/v1/query must be below it",
            422 or 503 => "ask for a shorter window or fewer steps, or raise the limits of Prometheus (--query.timeout, --query.max-samples)",
            _ => "look at the log of Prometheus",
        };
        return new FigureSourceException($"Prometheus at {Place} refused the question with status {status}{(error is null ? "" : $" ({error})")}", fix);
    }

    private static Exception Root(Exception fault)
    {
        while (fault.InnerException is { } inner)
        {
            fault = inner;
        }

        return fault;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
