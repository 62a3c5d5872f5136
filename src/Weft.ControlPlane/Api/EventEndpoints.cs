using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.ControlPlane.Events;

namespace Weft.ControlPlane.Api;

/// <summary>The stream of what changes: the map, proxies, commits, and how the mesh is.</summary>
internal sealed class EventEndpoints(EventFeed feed, CancellationToken stopping)
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(10);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/events", StreamAsync);

    private async Task StreamAsync(HttpContext context)
    {
        long? after = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
        Channel<ServerEvent> reader = feed.Hub.Open(after, out IReadOnlyList<ServerEvent>? missed)
            ?? throw ApiFailureException.Unavailable("as many readers as there may be read events already");
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            EventStream stream = new(context);
            await stream.BeginAsync();
            await BeginAsync(stream, missed, stop.Token);
            await CopyAsync(stream, reader, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or the server stops.
        }
        finally
        {
            feed.Hub.Close(reader);
        }
    }

    private async Task BeginAsync(EventStream stream, IReadOnlyList<ServerEvent>? missed, CancellationToken stop)
    {
        long last = feed.Hub.LastId;
        if (missed is null)
        {
            foreach ((string name, byte[] data) in await feed.WholeAsync(stop))
            {
                stream.Add(name, data, last);
            }
        }

        foreach (ServerEvent one in missed ?? [])
        {
            stream.Add(one.Name, one.Data, one.Id);
        }

        await stream.FlushAsync();
    }

    private static async Task CopyAsync(EventStream stream, Channel<ServerEvent> reader, CancellationToken stop)
    {
        while (true)
        {
            Task<bool> waiting = reader.Reader.WaitToReadAsync(stop).AsTask();
            while (await Task.WhenAny(waiting, Task.Delay(s_heartbeat, stop)) != waiting)
            {
                stop.ThrowIfCancellationRequested();
                await stream.CommentAsync("still here");
            }

            if (!await waiting)
            {
                return;
            }

            while (reader.Reader.TryRead(out ServerEvent? one))
            {
                stream.Add(one.Name, one.Data, one.Id);
            }

            await stream.FlushAsync();
        }
    }
}
