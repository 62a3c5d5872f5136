namespace Weft.Proxy.Joining;

/// <summary>
/// When a certificate is renewed: at half of its life, up to a tenth of the life's half earlier or later at random, so that proxies started
/// together do not renew together. Pure.
/// </summary>
internal static class RenewalPlan
{
    private const double Jitter = 0.1;

    /// <param name="notBefore">Start of the certificate's life.</param>
    /// <param name="notAfter">End of it.</param>
    /// <param name="random">Uniform in 0..1.</param>
    public static DateTimeOffset DueAt(DateTimeOffset notBefore, DateTimeOffset notAfter, double random)
    {
        double half = (notAfter - notBefore).TotalSeconds / 2;
        return notBefore.AddSeconds(half * (1 - Jitter + (2 * Jitter * random)));
    }
}
