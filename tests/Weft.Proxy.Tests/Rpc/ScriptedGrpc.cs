using Weft.Contracts.Protobuf;
using Weft.Proxy.Engine;
using Weft.Proxy.Rpc;

namespace Weft.Proxy.Tests.Rpc;

/// <summary>A control plane that does what the test says, call by call, on the test's own loop.</summary>
internal sealed class ScriptedGrpc(EventLoop loop) : IGrpcServer
{
    public List<ScriptedCall> Calls { get; } = [];

    /// <summary>While set no call can be started.</summary>
    public string? Down { get; set; }

    public int Attempts { get; private set; }

    public ValueTask<(IGrpcCall? Call, string Fault)> StartAsync(string method)
    {
        Attempts++;
        if (Down is { } fault)
        {
            return new((null, fault));
        }

        ScriptedCall call = new(loop, method);
        Calls.Add(call);
        return new((call, ""));
    }

    /// <summary>The newest call of a method.</summary>
    public ScriptedCall Call(string method) => Calls.Last(c => c.Method == method);
}

/// <summary>One call as its server sees it: what the proxy sent, and the means to answer.</summary>
internal sealed class ScriptedCall(EventLoop loop, string method) : IGrpcCall
{
    private readonly Queue<byte[]> _answers = new();
    private readonly Signal _answered = new(loop);
    private bool _over;

    public string Method { get; } = method;

    public GrpcStatus Status { get; private set; } = GrpcStatus.Unavailable("the call has not ended");

    /// <summary>Messages of the proxy, oldest first; the test takes them out.</summary>
    public Queue<byte[]> Sent { get; } = new();

    public bool HasRoom { get; set; } = true;

    public bool SendingEnded { get; private set; }

    public bool IsClosed { get; private set; }

    public T Take<T>()
        where T : IProtoMessage<T> => T.Parse(Sent.Dequeue());

    public T[] TakeAll<T>()
        where T : IProtoMessage<T>
    {
        T[] all = [.. Sent.Select(static bytes => T.Parse(bytes))];
        Sent.Clear();
        return all;
    }

    public void Answer<T>(T message)
        where T : IProtoMessage<T>
    {
        _answers.Enqueue(message.ToBytes());
        _answered.Set();
    }

    public void End(GrpcStatus status)
    {
        if (!_over)
        {
            _over = true;
            Status = status;
            _answered.Set();
        }
    }

    public bool TrySend<T>(T message)
        where T : IProtoMessage<T>
    {
        if (_over || SendingEnded)
        {
            return false;
        }

        Sent.Enqueue(message.ToBytes());
        return true;
    }

    public void EndSending() => SendingEnded = true;

    public async ValueTask<byte[]?> ReceiveAsync()
    {
        while (true)
        {
            if (_answers.TryDequeue(out byte[]? answer))
            {
                return answer;
            }

            if (_over)
            {
                return null;
            }

            await _answered;
        }
    }

    public void Cancel() => End(GrpcStatus.Unavailable("cancelled"));

    public ValueTask CloseAsync()
    {
        _over = true;
        IsClosed = true;
        return default;
    }
}
