using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weft.ControlPlane.Api;

/// <summary>Writes server-sent events (WHATWG HTML, 9.2). Not safe for several threads.</summary>
internal sealed class EventStream(HttpContext context)
{
    private readonly MemoryStream _buffer = new();

    public async Task BeginAsync()
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(context.RequestAborted);
        await CommentAsync("open");
    }

    /// <summary>Keeps the way through other people's proxies open, and finds out that nobody reads any more.</summary>
    public Task CommentAsync(string text)
    {
        _buffer.Write(Encoding.UTF8.GetBytes($": {text}\n\n"));
        return FlushAsync();
    }

    /// <param name="name">Kind of the event.</param>
    /// <param name="data">JSON; it has no line ends.</param>
    /// <param name="id">What a reader sends as Last-Event-ID when it comes back; null for none.</param>
    public void Add(string name, ReadOnlySpan<byte> data, long? id = null)
    {
        if (id is { } number)
        {
            _buffer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {number}\n")));
        }

        _buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        _buffer.Write(data);
        _buffer.Write("\n\n"u8);
    }

    /// <summary>Sends what was added.</summary>
    public async Task FlushAsync()
    {
        if (_buffer.Length > 0)
        {
            await context.Response.Body.WriteAsync(_buffer.GetBuffer().AsMemory(0, (int)_buffer.Length), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            _buffer.SetLength(0);
        }
    }
}
