using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>A service that a workload calls through a local port of its proxy (explicit mode).</summary>
/// <param name="Service">"cart", or "cart.shop" for one in another namespace.</param>
/// <param name="Port">The service's port.</param>
/// <param name="LocalPort">The port on 127.0.0.1; 0: any free one.</param>
internal sealed record Upstream(string Service, int Port, int LocalPort = 0)
{
    /// <summary>Reads "cart:8080" or "cart:8080=127.0.0.1:21001".</summary>
    public static Upstream Parse(string text)
    {
        string[] halves = text.Split('=');
        int colon = halves[0].LastIndexOf(':');
        int local = 0;
        bool ok = halves.Length <= 2 && colon > 0 && WorkloadPort.TryPort(halves[0].AsSpan(colon + 1), out _);
        if (ok && halves.Length == 2)
        {
            const string loopback = "127.0.0.1:";
            ok = halves[1].StartsWith(loopback, StringComparison.Ordinal) && WorkloadPort.TryPort(halves[1].AsSpan(loopback.Length), out local);
        }

        return ok
            ? new Upstream(halves[0][..colon], int.Parse(halves[0].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture), local)
            : throw HostErrors.Fail(HostErrors.BadName, $"--to \"{text}\" is not understood", null, "write cart:8080 or cart:8080=127.0.0.1:21001");
    }

    /// <summary>Starts the variables for the application: "cart-db.shop" gives "CART_DB_SHOP".</summary>
    public string VariablePrefix => string.Concat(Service.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>As <c>weft-proxy --to</c> takes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Service}:{Port}=127.0.0.1:{LocalPort}");
}
