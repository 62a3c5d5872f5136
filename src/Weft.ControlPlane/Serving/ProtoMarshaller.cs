using System.Buffers;
using Grpc.Core;
using Weft.Contracts.Protobuf;

namespace Weft.ControlPlane.Serving;

/// <summary>Carries the contract messages over gRPC. Bytes that are no such message end the call with <see cref="StatusCode.InvalidArgument"/>.</summary>
internal static class ProtoMarshaller<T>
    where T : class, IProtoMessage<T>
{
    internal static Marshaller<T> Instance { get; } = new(Write, Read);

    private static void Write(T message, SerializationContext context)
    {
        var writer = new ProtoWriter();
        message.Write(writer);
        context.SetPayloadLength(writer.Length);
        context.GetBufferWriter().Write(writer.Written);
        context.Complete();
    }

    private static T Read(DeserializationContext context)
    {
        ReadOnlySequence<byte> payload = context.PayloadAsReadOnlySequence();
        try
        {
            return T.Parse(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray());
        }
        catch (ProtoException e)
        {
            throw GrpcFault.Create(StatusCode.InvalidArgument, "malformed message: " + e.Message);
        }
    }
}
