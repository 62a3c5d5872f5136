using System.Security.Cryptography;
using Weft.Contracts;
using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;
using Weft.Identity;
using Weft.Proxy.Rpc;
using Weft.Proxy.State;

namespace Weft.Proxy.Joining;

/// <summary>Gets certificates for this workload. The key is made here and never leaves.</summary>
internal sealed class CertificateSigner(string @namespace, string service)
{
    /// <summary>Asks for one certificate with a new key.</summary>
    /// <param name="server">The control plane, reached with a join token's root or with the present certificate.</param>
    /// <param name="joinToken">The token's text; empty when the present certificate speaks for us.</param>
    /// <returns>The identity, or null and why not.</returns>
    public async ValueTask<(SavedIdentity? Identity, GrpcStatus Status)> SignAsync(IGrpcServer server, string joinToken)
    {
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        SignRequest request = new()
        {
            Csr = CertificateRequestBuilder.Build(key, identity: null),
            JoinToken = joinToken,
            Namespace = @namespace,
            Service = service,
        };
        (byte[]? answer, GrpcStatus status) = await GrpcUnary.CallAsync(server, GrpcMethods.Sign, request);
        if (answer is null)
        {
            return (null, status);
        }

        try
        {
            SignResponse response = SignResponse.Parse(answer);
            SavedIdentity identity = SavedIdentity.Create(key.ExportPkcs8PrivateKeyPem(), response.Chain, response.Roots);
            return identity.Id.Namespace == @namespace && identity.Id.Service == service
                ? (identity, status)
                : (null, new GrpcStatus(GrpcStatus.CodeInternal, $"the certificate is for {identity.Id}, not for {@namespace}/{service}"));
        }
        catch (Exception wrong) when (wrong is ProtoException or FormatException)
        {
            return (null, new GrpcStatus(GrpcStatus.CodeInternal, "the answer cannot be used: " + wrong.Message));
        }
    }
}
