using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Rpc;

/// <summary>One gRPC call of the proxy as a client. Belongs to the control loop; one reader.</summary>
internal interface IGrpcCall
{
    /// <summary>How it ended; meaningful after <see cref="ReceiveAsync"/> gave null.</summary>
    GrpcStatus Status { get; }

    /// <summary>Whether the queue is less than half full, so that what may be left out can be sent without putting the call at risk.</summary>
    bool HasRoom { get; }

    /// <summary>Puts a message into the queue of the call. False when the call is over or the queue is full, which ends the call.</summary>
    bool TrySend<T>(T message)
        where T : IProtoMessage<T>;

    /// <summary>No more messages after those that were sent.</summary>
    void EndSending();

    /// <summary>The next message; null at the end, see <see cref="Status"/>.</summary>
    ValueTask<byte[]?> ReceiveAsync();

    /// <summary>Gives the call up; a waiting <see cref="ReceiveAsync"/> ends.</summary>
    void Cancel();

    /// <summary>Ends the call and frees what it held. Called once, by the reader, after its last <see cref="ReceiveAsync"/>.</summary>
    ValueTask CloseAsync();
}
