using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Weft.ControlPlane.Serving;
using Weft.Identity;

namespace Weft.ControlPlane.Signing;

/// <summary>Who calls: the identity in the client certificate that the handshake has verified.</summary>
internal static class ClientIdentity
{
    /// <summary>Null when the client showed no certificate. One that is shown and not valid never gets past the handshake.</summary>
    internal static SpiffeId? Find(ServerCallContext call)
    {
        X509Certificate2? certificate = call.GetHttpContext().Connection.ClientCertificate;
        return certificate is not null
            && SubjectNames.ReadSoleUri(certificate, out byte[] uri) == PeerFault.None
            && SpiffeId.TryParse(uri, out SpiffeId? id)
            && id.IsWorkload
                ? id
                : null;
    }

    internal static SpiffeId Require(ServerCallContext call)
        => Find(call) ?? throw GrpcFault.Create(
            StatusCode.Unauthenticated, "A client certificate of this mesh is required. A new workload gets one with a join token from Signing/Sign.");
}
