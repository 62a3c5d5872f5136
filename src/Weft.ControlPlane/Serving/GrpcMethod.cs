using Grpc.Core;
using Weft.Contracts.Protobuf;

namespace Weft.ControlPlane.Serving;

/// <summary>Makes method descriptions from the paths of <see cref="Contracts.GrpcMethods"/>.</summary>
internal static class GrpcMethod
{
    internal static Method<TRequest, TResponse> Create<TRequest, TResponse>(MethodType type, string path)
        where TRequest : class, IProtoMessage<TRequest>
        where TResponse : class, IProtoMessage<TResponse>
    {
        int slash = path.LastIndexOf('/');
        return new Method<TRequest, TResponse>(
            type, path[1..slash], path[(slash + 1)..], ProtoMarshaller<TRequest>.Instance, ProtoMarshaller<TResponse>.Instance);
    }
}
