using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Telemetry;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Otlp;

/// <summary>Files of <c>--otlp</c> that change while the proxy runs.</summary>
[Collection(nameof(BugTrap))]
public sealed class OtlpSecretsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-otlp-secrets-").FullName;
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;

    public OtlpSecretsTests() => _loop = new EventLoop(new NullPoller(), _clock);

    [Theory]
    [InlineData("written")]
    [InlineData("renamed")]
    [InlineData("linked")]
    public void A_file_that_has_changed_is_read_again_as_soon_as_it_is_still(string how)
    {
        string file = Path.Combine(_folder, "key");
        Directory.CreateDirectory(Path.Combine(_folder, "1"));
        Directory.CreateDirectory(Path.Combine(_folder, "2"));
        File.WriteAllText(Path.Combine(_folder, "1", "key"), "same-length-a");
        File.WriteAllText(Path.Combine(_folder, "2", "key"), "same-length-b");
        if (how == "linked")
        {
            // As Kubernetes exchanges a secret: the folder that a link leads to.
            File.CreateSymbolicLink(Path.Combine(_folder, "data"), "1");
            File.CreateSymbolicLink(file, "data/key");
        }
        else
        {
            File.Copy(Path.Combine(_folder, "1", "key"), file);
        }

        OtlpSecrets secrets = Open("--otlp", "http://otel:4318", "--otlp-header", $"authorization=@{file}");
        Assert.False(LookFor(secrets, 5_000));
        Assert.Equal("same-length-a", Value(secrets));
        switch (how)
        {
            case "written":
                // The clock of files has ticks of some milliseconds.
                for (FileFace face = Libc.FaceOf(file); Libc.FaceOf(file) == face;)
                {
                    File.WriteAllText(file, "same-length-b");
                }

                break;
            case "renamed":
                File.Move(Path.Combine(_folder, "2", "key"), file, overwrite: true);
                break;
            default:
                File.Delete(Path.Combine(_folder, "data"));
                File.CreateSymbolicLink(Path.Combine(_folder, "data"), "2");
                break;
        }

        Assert.False(LookFor(secrets, 900));
        Assert.True(LookFor(secrets, 1_500));
        Assert.Equal("same-length-b", Value(secrets));
        Assert.False(LookFor(secrets, 5_000));
    }

    [Fact]
    public void A_certificate_its_key_and_the_roots_are_exchanged_together()
    {
        WriteCertificate();
        OtlpSecrets secrets = OpenTls();
        TlsContext before = secrets.Tls!;
        WriteCertificate();
        Assert.True(LookFor(secrets, 3_000));
        Assert.NotSame(before, secrets.Tls);
    }

    [Theory]
    [InlineData("--otlp-ca", "ca.pem", "nothing")]
    [InlineData("--otlp-cert", "cert.pem", "")]
    [InlineData("--otlp-key", "key.pem", null)]
    [InlineData("--otlp-header", "token", "two\nlines")]
    public void A_file_that_is_no_good_is_told_once_and_what_was_there_stays(string option, string name, string? content)
    {
        WriteCertificate();
        string file = Path.Combine(_folder, name);
        File.WriteAllText(Path.Combine(_folder, "token"), "s3cret-of-before");
        OtlpSecrets secrets = OpenTls("--otlp-header", $"authorization=@{Path.Combine(_folder, "token")}");
        TlsContext before = secrets.Tls!;
        string good = File.ReadAllText(file);
        List<string> log = [];
        Action<string> sink = ProxyLog.Sink;
        ProxyLog.Sink = line =>
        {
            // Other tests speak, too.
            if (line.Contains(_folder, StringComparison.Ordinal))
            {
                log.Add(line);
            }
        };
        try
        {
            if (content is null)
            {
                File.Delete(file);
            }
            else
            {
                File.WriteAllText(file, content);
            }

            Assert.False(LookFor(secrets, 20_000));
        }
        finally
        {
            ProxyLog.Sink = sink;
        }

        string line = Assert.Single(log);
        Assert.Contains($" warn {option}", line, StringComparison.Ordinal);
        Assert.Contains("; telemetry goes on with what was read before", line, StringComparison.Ordinal);
        Assert.Same(before, secrets.Tls);
        Assert.Equal("s3cret-of-before", Value(secrets));
        File.WriteAllText(file, good);
        Assert.True(LookFor(secrets, 3_000));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Value(OtlpSecrets secrets)
    {
        MessageHead head = new();
        secrets.Fields.AddTo(head);
        string value = ScriptedHandler.Field(head, "authorization")!;
        head.Release();
        return value;
    }

    private OtlpSecrets OpenTls(params string[] more) => Open(
        [
            "--otlp", "grpcs://otel:4317", "--otlp-ca", Path.Combine(_folder, "ca.pem"), "--otlp-cert", Path.Combine(_folder, "cert.pem"), "--otlp-key", Path.Combine(_folder, "key.pem"), .. more,
        ]);

    private OtlpSecrets Open(params string[] options)
    {
        FlowOptions flows = FlowOptions.None;
        for (int i = 0; i < options.Length; i += 2)
        {
            flows = flows.With(options[i], options[i + 1]);
        }

        return new OtlpSecrets(_loop, flows.Otlp!);
    }

    /// <summary>True when it read something within this time.</summary>
    private bool LookFor(OtlpSecrets secrets, int ms)
    {
        bool read = false;
        for (int at = 0; at < ms; at += 100)
        {
            _clock.AdvanceMs(100);
            _loop.RunOnce();
            read |= secrets.Look();
        }

        return read;
    }

    private void WriteCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=a", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(30_000));
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
