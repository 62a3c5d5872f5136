using Grpc.Core;
using Microsoft.Extensions.Logging;
using Weft.Authority;
using Weft.Contracts.Session;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.Identity;

namespace Weft.ControlPlane.Signing;

/// <summary>Certifies the keys of workloads: with a join token the first time, with the certificate itself from then on.</summary>
internal sealed partial class SigningService(CertificateAuthority authority, JoinTokens tokens, SigningGate gate, ILogger<SigningService> log)
{
    internal async Task<SignResponse> SignAsync(SignRequest request, ServerCallContext call)
    {
        using SigningGate.Pass pass = await gate.EnterAsync(call.CancellationToken);
        try
        {
            IssuedCertificate issued = ClientIdentity.Find(call) is { } identity ? Renew(request, identity) : Join(request);
            var response = new SignResponse
            {
                TrustDomain = authority.TrustDomain,
                NotAfterUnixS = issued.NotAfter.ToUnixTimeSeconds(),
            };
            response.Chain.AddRange(issued.Chain);
            response.Roots.AddRange(authority.Bundle.Roots);
            return response;
        }
        catch (CertificateRefusedException e)
        {
            Log.Refused(log, call.Peer, e.Message);
            throw GrpcFault.Create(StatusCode.InvalidArgument, e.Message);
        }
        catch (StoreException e)
        {
            // Without a record of it nothing is granted.
            Log.Refused(log, call.Peer, e.Message);
            throw GrpcFault.Create(StatusCode.Unavailable, "The server's store is not available; try again.");
        }
    }

    /// <summary>A certificate renews itself and nothing else: the request may repeat the identity, not change it.</summary>
    private IssuedCertificate Renew(SignRequest request, SpiffeId identity)
    {
        bool same = (request.Namespace.Length == 0 || request.Namespace == identity.Namespace)
            && (request.Service.Length == 0 || request.Service == identity.Service);
        if (!same)
        {
            throw Refuse(
                identity.ToString(), $"A certificate of {identity} can only be renewed for the same identity, not for {request.Namespace}/{request.Service}.");
        }

        IssuedCertificate issued = authority.Issue(request.Csr, identity);
        Log.Renewed(log, identity.ToString(), issued.NotAfter);
        return issued;
    }

    private IssuedCertificate Join(SignRequest request)
    {
        if (!JoinToken.TryParse(request.JoinToken, out JoinToken? token))
        {
            throw Refuse("a joiner", request.JoinToken.Length == 0
                ? "Neither a client certificate nor a join token was given."
                : "The join token is malformed; it looks like wj1.<secret>.<pin>. Copy it whole.");
        }

        if (tokens.Check(token, request.Namespace, request.Service) is { } reason)
        {
            throw Refuse(token.ToString(), reason);
        }

        // The request is certified before the token is used up, so that a broken request does not cost the token; the certificate
        // leaves this method only if the token was ours to use.
        SpiffeId identity = SpiffeId.ForWorkload(authority.TrustDomain, request.Namespace, request.Service);
        IssuedCertificate issued = authority.Issue(request.Csr, identity);
        if (!tokens.Consume(token, identity))
        {
            throw Refuse(token.ToString(), "The join token was used already. Each works once: ask for a new one with 'weft token'.");
        }

        Log.Joined(log, identity.ToString(), issued.NotAfter);
        return issued;
    }

    private RpcException Refuse(string who, string reason)
    {
        Log.Refused(log, who, reason);
        return GrpcFault.Create(StatusCode.PermissionDenied, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Identity} joined, certificate until {NotAfter:u}")]
        internal static partial void Joined(ILogger log, string identity, DateTimeOffset notAfter);

        [LoggerMessage(2, LogLevel.Debug, "{Identity} renewed its certificate, until {NotAfter:u}")]
        internal static partial void Renewed(ILogger log, string identity, DateTimeOffset notAfter);

        [LoggerMessage(3, LogLevel.Warning, "Signing refused for {Who}: {Reason}")]
        internal static partial void Refused(ILogger log, string who, string reason);
    }
}
