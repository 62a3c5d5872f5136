using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Wire.Grpc;

namespace Weft.Proxy.Relay;

/// <summary>
/// Turns one exchange of gRPC-Web into gRPC and back: content types, base64 where the client asks for it, and trailers, which become the last
/// frame of the body. Messages keep their frames. Both directions are changed where they are read, so that back-pressure stays as it is.
/// </summary>
internal sealed class GrpcWebBridge(SlabPool pool)
{
    /// <summary>Body bytes that are turned into text, or back, in one step.</summary>
    private const int Step = 12 * 1024;

    private const int TypeMax = 256;

    private ByteQueue _up = new(pool);
    private ByteQueue _down = new(pool);
    private GrpcWebText _decoder;
    private bool _asksInText;
    private bool _answersInText;
    private bool _isGrpc;
    private bool _trailersMade;

    /// <summary>Makes the request one of gRPC.</summary>
    public void Begin(MessageHead request)
    {
        _decoder = default;
        _isGrpc = _trailersMade = false;
        request.TryGetField("content-type"u8, out ReadOnlySpan<byte> type);
        GrpcContentType.IsWeb(type, out _asksInText);
        _answersInText = request.TryGetField("accept"u8, out ReadOnlySpan<byte> accept) && GrpcContentType.IsWeb(accept, out bool wantsText)
            ? wantsText
            : _asksInText;
        Span<byte> grpc = stackalloc byte[TypeMax];
        request.SetField("content-type"u8, grpc[..GrpcContentType.WriteGrpc(type, grpc)]);
        request.SetField("te"u8, "trailers"u8);
        request.RemoveField(KnownField.ContentLength);
        request.RemoveField(KnownField.Expect);
        request.ContentLength = -1;
        if (request.Framing != BodyFraming.None)
        {
            request.Framing = BodyFraming.Http2Stream;
        }
    }

    /// <summary>Makes the answer one of gRPC-Web, if it is one of gRPC. A status without messages stays among the fields, where clients look for it too.</summary>
    public void Answer(MessageHead response)
    {
        _isGrpc = response.TryGetField("content-type"u8, out ReadOnlySpan<byte> type) && GrpcContentType.IsGrpc(type);
        if (_isGrpc)
        {
            Span<byte> web = stackalloc byte[TypeMax];
            response.SetField("content-type"u8, web[..GrpcContentType.WriteWeb(type, _answersInText, web)]);
            response.RemoveField(KnownField.ContentLength);
            response.RemoveField(KnownField.Trailer);
            response.ContentLength = -1;
        }
    }

    /// <summary>Body bytes for the upstream. <see cref="BodyState.Failed"/> with a client that is not broken: what it sent is not base64.</summary>
    public BodyState TryReadUp(HttpStream client, out ReadOnlySpan<byte> data)
    {
        if (!_asksInText)
        {
            return client.TryReadBody(out data);
        }

        while (_up.IsEmpty)
        {
            BodyState state = client.TryReadBody(out data);
            if (state != BodyState.Data)
            {
                return state == BodyState.End && !_decoder.IsComplete ? BodyState.Failed : state;
            }

            data = data.Length > Step ? data[..Step] : data;
            bool isText = _decoder.TryDecode(data, _up.Reserve(data.Length + 3), out int written);
            _up.Commit(written);
            client.ConsumeBody(data.Length);
            if (!isText)
            {
                return BodyState.Failed;
            }

            if (written == 0)
            {
                _up.Release();
            }
        }

        data = _up.Bytes;
        return BodyState.Data;
    }

    public void ConsumeUp(HttpStream client, int count)
    {
        if (_asksInText)
        {
            _up.Consume(count);
        }
        else
        {
            client.ConsumeBody(count);
        }
    }

    /// <summary>Body bytes for the client; trailers come as the last of them.</summary>
    public BodyState TryReadDown(HttpStream upstream, out ReadOnlySpan<byte> data)
    {
        if (_down.IsEmpty)
        {
            BodyState state = upstream.TryReadBody(out data);
            if (!_isGrpc || state is BodyState.Wait or BodyState.Failed || (state == BodyState.Data && !_answersInText))
            {
                return state;
            }

            if (state == BodyState.Data)
            {
                data = data.Length > Step ? data[..Step] : data;
                PutText(data);
                upstream.ConsumeBody(data.Length);
            }
            else if (_trailersMade || upstream.Trailers.FieldCount == 0)
            {
                return BodyState.End;
            }
            else
            {
                _trailersMade = true;
                PutTrailers(upstream.Trailers);
            }
        }

        data = _down.Bytes;
        return BodyState.Data;
    }

    public void ConsumeDown(HttpStream upstream, int count)
    {
        if (_down.IsEmpty)
        {
            upstream.ConsumeBody(count);
        }
        else
        {
            _down.Consume(count);
        }
    }

    /// <summary>What follows the body as trailers of the client's own protocol.</summary>
    public MessageHead? TrailersDown(HttpStream upstream) => _isGrpc ? null : upstream.Trailers;

    public void End()
    {
        _up.Release();
        _down.Release();
    }

    private void PutText(ReadOnlySpan<byte> data)
    {
        int size = GrpcWebText.EncodedSize(data.Length);
        GrpcWebText.Encode(data, _down.Reserve(size)[..size]);
        _down.Commit(size);
    }

    private void PutTrailers(MessageHead trailers)
    {
        ByteQueue frame = new(pool);
        int written;
        for (int size = trailers.Block.Length + (4 * trailers.FieldCount) + 16; !GrpcWebTrailers.TryWrite(trailers, frame.Reserve(size), out written); size *= 2)
        {
        }

        frame.Commit(written);
        if (_answersInText)
        {
            PutText(frame.Bytes);
        }
        else
        {
            _down.Append(frame.Bytes);
        }

        frame.Release();
    }
}
