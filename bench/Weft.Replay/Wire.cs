using System.Buffers;
using Grpc.Core;
using Weft.Contracts.Protobuf;

namespace Weft.Replay;

/// <summary>The contract's messages over the usual gRPC client.</summary>
internal static class Wire
{
    internal static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(MethodType type, string path)
        where TRequest : class, IProtoMessage<TRequest>
        where TResponse : class, IProtoMessage<TResponse>
    {
        int slash = path.LastIndexOf('/');
        return new(type, path[1..slash], path[(slash + 1)..], MarshallerOf<TRequest>(), MarshallerOf<TResponse>());
    }

    private static Marshaller<T> MarshallerOf<T>()
        where T : class, IProtoMessage<T>
        => new(
            static (message, context) =>
            {
                ProtoWriter writer = new(2_048);
                message.Write(writer);
                context.SetPayloadLength(writer.Length);
                context.GetBufferWriter().Write(writer.Written);
                context.Complete();
            },
            static context => T.Parse(context.PayloadAsReadOnlySequence().ToArray()));
}
