using Grpc.Core;

namespace Weft.ControlPlane.Serving;

/// <summary>Ends a call with a status that says what is wrong and what to do.</summary>
internal static class GrpcFault
{
    internal static RpcException Create(StatusCode code, string message) => new(new global::Grpc.Core.Status(code, message));
}
