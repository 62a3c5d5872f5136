using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Shop.Upstreams;

/// <summary>Calls of neighbours that end well or in an <see cref="UpstreamFailure"/> with the neighbour's name.</summary>
internal static class UpstreamCalls
{
    /// <summary>Sends and returns as soon as the head of a good answer is there; the body can be streamed.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(this HttpClient client, HttpRequestMessage request, CancellationToken stop)
    {
        string service = client.BaseAddress!.Host;
        try
        {
            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw new UpstreamFailure(service, $"answered {(int)response.StatusCode} to {request.Method} {request.RequestUri?.AbsolutePath}");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new UpstreamFailure(service, failure.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new UpstreamFailure(service, "timed out");
        }
    }

    public static async Task<T> ReadJsonAsync<T>(this HttpClient client, HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken stop)
    {
        string service = client.BaseAddress!.Host;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Upstream.CallTimeout);
        using (request)
        using (HttpResponseMessage response = await client.OpenAsync(request, stop))
        {
            try
            {
                return await response.Content.ReadFromJsonAsync(type, limit.Token) ?? throw new UpstreamFailure(service, "answered null");
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                throw new UpstreamFailure(service, "broke off its answer: " + failure.Message);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new UpstreamFailure(service, "timed out");
            }
        }
    }

    public static Task<T> GetJsonAsync<T>(this HttpClient client, string path, JsonTypeInfo<T> type, CancellationToken stop)
        => client.ReadJsonAsync(new HttpRequestMessage(HttpMethod.Get, path), type, stop);

    /// <summary>A call whose answer says no more than that it worked.</summary>
    public static async Task DoAsync(this HttpClient client, HttpRequestMessage request, CancellationToken stop)
    {
        using (request)
        using (await client.OpenAsync(request, stop))
        {
        }
    }
}
