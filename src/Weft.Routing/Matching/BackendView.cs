namespace Weft.Routing.Matching;

/// <summary>One share of a route's traffic.</summary>
/// <param name="Service">"&lt;namespace&gt;/&lt;name&gt;".</param>
/// <param name="Port">Port of that service.</param>
/// <param name="Weight">0..1,000,000, relative to the other backends.</param>
/// <param name="RequestEdits">Done after those of the rule.</param>
/// <param name="InvalidReason">Why this share is answered with 500; empty when it is valid.</param>
public sealed record BackendView(string Service, ushort Port, int Weight, HeaderEdits RequestEdits, string InvalidReason)
{
    public bool IsValid => InvalidReason.Length == 0;
}
