using Weft.Proxy.Engine;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// What the files of options hold: values of headers, roots, a certificate and its key. They are looked at once a second and read again when one has changed and was still
/// for a second, because a chain and its key are not exchanged in one moment. What does not fit is told once, and what there was stays in force.
/// </summary>
internal sealed class OtlpSecrets
{
    private const int LookEveryMs = 1_000;

    private readonly EventLoop _loop;
    private readonly OtlpOptions _options;
    private readonly string[] _files;
    private FileFace[] _read;
    private FileFace[] _seen;
    private long _lookAtMs;

    /// <exception cref="UsageException">A file cannot be read or does not fit.</exception>
    public OtlpSecrets(EventLoop loop, OtlpOptions options)
    {
        _loop = loop;
        _options = options;
        _files = [.. new[] { options.IsSecure ? OtlpTls.TrustFile(options) : null, options.CertFile, options.KeyFile }.Concat(options.Headers.Select(static header => header.File)).OfType<string>()];

        // Before they are read: what changes meanwhile is seen as a change.
        _seen = _read = Faces();
        Fields = new OtlpFields(options.Headers);
        Tls = options.IsSecure ? OtlpTls.Open(options) : null;
    }

    public OtlpFields Fields { get; private set; }

    /// <summary>Where options ask for TLS.</summary>
    public TlsContext? Tls { get; private set; }

    /// <summary>Reads files again that have changed. True when what connections are made with is another.</summary>
    public bool Look()
    {
        if (_files.Length == 0 || _loop.NowMs < _lookAtMs)
        {
            return false;
        }

        _lookAtMs = _loop.NowMs + LookEveryMs;
        FileFace[] now = Faces();
        bool isStill = now.AsSpan().SequenceEqual(_seen);
        _seen = now;
        if (!isStill || now.AsSpan().SequenceEqual(_read))
        {
            return false;
        }

        // Also when they are no good: they are told once, until they change again.
        _read = now;
        try
        {
            OtlpFields fields = new(_options.Headers);
            TlsContext? tls = _options.IsSecure ? OtlpTls.Open(_options) : null;
            (Fields, Tls) = (fields, tls);
            ProxyLog.Info("the files of --otlp have changed and were read again");
            return true;
        }
        catch (UsageException wrong)
        {
            ProxyLog.Warn($"{wrong.Message}; telemetry goes on with what was read before");
            return false;
        }
    }

    private FileFace[] Faces() => Array.ConvertAll(_files, Libc.FaceOf);
}
