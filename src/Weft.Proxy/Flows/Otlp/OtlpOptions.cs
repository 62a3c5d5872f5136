using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Where telemetry goes, and with what.</summary>
/// <param name="Place">Address or name of the collector.</param>
/// <param name="Protocol">How.</param>
/// <param name="IsDelta">Metrics count since the last report instead of since the start.</param>
internal sealed record OtlpOptions(UpstreamPlace Place, OtlpProtocol Protocol, bool IsDelta = false)
{
    /// <summary>Headers of one collector.</summary>
    public const int HeadersMax = 16;

    /// <summary>Under TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Host and port as requests name them: a port that the scheme implies is left away.</summary>
    public string Authority { get; init; } = Place.ToString();

    /// <summary>HTTP: what stands before <c>/v1/traces</c>; empty, or begins with a slash and does not end with one.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>PEM roots that vouch for the collector; null: those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM chain that is shown to the collector.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM private key of it.</summary>
    public string? KeyFile { get; init; }

    public IReadOnlyList<OtlpHeader> Headers { get; init; } = [];

    /// <exception cref="UsageException">It is one too many, or its name has one already.</exception>
    public OtlpOptions With(string option, OtlpHeader header)
    {
        if (Headers.Any(other => other.Name == header.Name))
        {
            throw new UsageException($"{option}: \"{header.Name}\" is given twice; give each header once");
        }

        return Headers.Count < HeadersMax ? this with { Headers = [.. Headers, header] } : throw new UsageException($"{option} is given more than {HeadersMax} times");
    }

    /// <summary>Looks at what only all options together tell.</summary>
    /// <exception cref="UsageException">They do not fit.</exception>
    public void Check()
    {
        if ((CertFile is null) != (KeyFile is null))
        {
            throw new UsageException("--otlp-cert and --otlp-key belong together: give both or none");
        }

        if (!IsSecure && (CaFile ?? CertFile) is not null)
        {
            throw new UsageException($"{(CaFile is null ? "--otlp-cert" : "--otlp-ca")} needs TLS: write --otlp {(Protocol == OtlpProtocol.Grpc ? "grpcs" : "https")}://{Place}");
        }
    }
}
