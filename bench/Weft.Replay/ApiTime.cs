using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Replay;

/// <summary>How long one answer of the API took, to its last byte, and how long it was.</summary>
internal sealed record ApiTime(string Question, double Ms, long Bytes)
{
    internal static async Task<T> AskAsync<T>(HttpClient api, List<ApiTime> times, string question, string path, JsonTypeInfo<T> type)
    {
        long begin = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await api.GetAsync(path);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        times.Add(new ApiTime(question, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, body.Length));
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(body, type)!
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
