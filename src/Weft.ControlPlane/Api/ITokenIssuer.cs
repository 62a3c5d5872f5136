using Weft.Contracts.Api;
using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Api;

/// <summary>Makes join tokens. The API has checked names and lifetime; the issuer writes the audit record together with the token's hash.</summary>
public interface ITokenIssuer
{
    TokenResult Issue(TokenRequest request, Actor actor);
}
