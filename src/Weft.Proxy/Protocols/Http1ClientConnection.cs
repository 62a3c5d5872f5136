using System.Runtime.CompilerServices;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Wire;
using Weft.Wire.Http1;

namespace Weft.Proxy.Protocols;

/// <summary>The client's role of HTTP/1: one exchange at a time on a pooled connection to an upstream.</summary>
internal sealed class Http1ClientConnection : Http1Connection, ILease
{
    private readonly ConnectionLimits _limits;
    private readonly LoopTimer _idleTimer;
    private readonly Action _idleReadable;
    private Action<Http1ClientConnection, bool>? _givenBack;
    private Action<Http1ClientConnection>? _closed;
    private bool _requestWasHead;
    private bool _requestWasConnect;
    private bool _responseKeepsAlive;
    private bool _headPending;
    private bool _isIdle;

    public Http1ClientConnection(Transport transport, ConnectionLimits limits)
        : base(transport)
    {
        _limits = limits;
        _idleTimer = new LoopTimer(Loop, CloseIdle);
        _idleReadable = CloseIdle;
    }

    /// <summary>The upstream is a forward proxy.</summary>
    public bool ToProxy { get; init; }

    public HttpStream Stream => this;

    public bool IsReused { get; private set; }

    public bool HasAnswered { get; private set; }

    public override void WriteHead(MessageHead head)
    {
        _requestWasHead = head[head.Method].SequenceEqual("HEAD"u8);
        _requestWasConnect = head.Protocol.IsEmpty && head[head.Method].SequenceEqual("CONNECT"u8);
        HasAnswered = false;
        if (head.Framing == BodyFraming.Http2Stream)
        {
            head.Framing = head.ContentLength >= 0 ? BodyFraming.Length : BodyFraming.Chunked;
        }

        head.KeepAlive = true;
        WriteHead(head, isRequest: true, requestWasHead: false, toProxy: ToProxy);
        BeginWriting(head.Framing == BodyFraming.Chunked, untilClose: false, head.Framing == BodyFraming.Length ? head.ContentLength : -1);
        _headPending = true;
        _responseKeepsAlive = false;
    }

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveHeadAsync()
    {
        while (!IsBroken)
        {
            if (!Input.IsEmpty && !HeadHasLeft)
            {
                // An answer to a request that has not been sent: whatever it is, it belongs to nobody here.
                Break(IsReused ? StreamFault.Refused : StreamFault.Protocol);
                return false;
            }

            if (!Input.IsEmpty)
            {
                ReadStatus status = Http1HeadReader.TryReadResponse(
                    Input.Bytes, Head, _requestWasHead, _requestWasConnect, _limits.Head, out int consumed, out _);
                if (status == ReadStatus.Done)
                {
                    Input.ConsumeKeeping(consumed);
                    Accept();
                    return true;
                }

                if (status == ReadStatus.Rejected)
                {
                    Break(StreamFault.Protocol);
                    return false;
                }
            }

            int received = Fill();
            if (received == Transport.WouldBlock)
            {
                // An answer can take long: the wait for it holds no buffer.
                Input.Consume(0);
                await Received;
            }
            else if (received > 0)
            {
                HasAnswered = true;
            }
            else
            {
                Break(received == 0 ? StreamFault.PeerClosed : StreamFault.PeerReset);
            }
        }

        return false;
    }

    /// <summary>Takes the connection out of the pool for one exchange.</summary>
    public void Take(Action<Http1ClientConnection, bool> givenBack)
    {
        if (_isIdle)
        {
            _isIdle = false;
            IsReused = true;
            _idleTimer.Cancel();
            Received.Forget();
        }

        Forget();
        _givenBack = givenBack;
    }

    /// <summary>Puts the connection to rest: it owns no buffer and closes itself when the upstream does, or after a while.</summary>
    public void Rest(Action<Http1ClientConnection> closed)
    {
        _closed = closed;
        _isIdle = true;
        Input.Release();
        _idleTimer.Set(_limits.UpstreamIdleMs);
        if (Received.IsCompleted)
        {
            // Something arrived already: an answer that nobody asked for, or the end.
            CloseIdle();
            return;
        }

        Received.UnsafeOnCompleted(_idleReadable);
    }

    public void GiveBack()
    {
        bool reusable = !IsBroken && !_headPending && ReadComplete && WriteComplete && _responseKeepsAlive && Input.IsEmpty && !HasUnsent;
        Head.Release();
        Trailers.Release();
        OtherSide = null;
        Action<Http1ClientConnection, bool>? givenBack = _givenBack;
        _givenBack = null;
        if (!reusable)
        {
            Close();
        }

        givenBack?.Invoke(this, reusable);
    }

    public void Close()
    {
        _idleTimer.Remove();
        Input.Release();
        if (IsBroken)
        {
            Transport.Abort();
        }
        else
        {
            Flush();
            Transport.Close();
        }
    }

    private void Accept()
    {
        bool interim = Head.Status < 200 && Head.Status != 101;
        if (!interim)
        {
            _headPending = false;
            _responseKeepsAlive = Head.KeepAlive && Head.Framing is not (BodyFraming.UntilClose or BodyFraming.Tunnel);
            BeginReading(Head);
        }
    }

    private void CloseIdle()
    {
        if (_isIdle)
        {
            _isIdle = false;
            Received.Forget();
            _idleTimer.Remove();
            Transport.Close();
            _closed?.Invoke(this);
        }
    }
}
