using Weft.Proxy.Flows;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Relaying;
using Xunit;

namespace Weft.Proxy.Tests.Otlp;

/// <summary>What the options of a collector are taken for, by <c>run</c> and <c>relay</c> alike.</summary>
public sealed class OtlpOptionsTests : IDisposable
{
    private const string Secret = "k3y-of-the-backend";

    private readonly string _folder = Directory.CreateTempSubdirectory("weft-otlp-").FullName;

    [Theory]
    [InlineData("grpc://127.0.0.1:4317", "Grpc", false, "127.0.0.1:4317", "127.0.0.1:4317", "")]
    [InlineData("http://otel:4318", "Http", false, "otel:4318", "otel:4318", "")]
    [InlineData("http://otel:4318/", "Http", false, "otel:4318", "otel:4318", "")]
    [InlineData("http://otel/base/", "Http", false, "otel:80", "otel", "/base")]
    [InlineData("http://unix:/run/otel.sock", "Http", false, "unix:/run/otel.sock", "localhost", "")]
    [InlineData("grpc://unix:/run/otel.sock", "Grpc", false, "unix:/run/otel.sock", "localhost", "")]
    [InlineData("grpcs://Otel.Example:4317", "Grpc", true, "otel.example:4317", "otel.example:4317", "")]
    [InlineData("grpcs://otel.example", "Grpc", true, "otel.example:443", "otel.example", "")]
    [InlineData("https://otel.example:4318", "Http", true, "otel.example:4318", "otel.example:4318", "")]
    [InlineData("https://otel.example/otlp", "Http", true, "otel.example:443", "otel.example", "/otlp")]
    [InlineData("https://otel.example:443/a/b%20c/", "Http", true, "otel.example:443", "otel.example", "/a/b%20c")]
    [InlineData("https://[::1]:4318", "Http", true, "[::1]:4318", "[::1]:4318", "")]
    [InlineData("https://[::1]/otlp", "Http", true, "[::1]:443", "[::1]", "/otlp")]
    public void A_URL_says_where_how_and_under_what_path(string url, string protocol, bool isSecure, string place, string authority, string path)
    {
        OtlpOptions options = Relay("--otlp", url);
        Assert.Equal((protocol, isSecure, place, authority, path), (options.Protocol.ToString(), options.IsSecure, options.Place.ToString(), options.Authority, options.BasePath));
    }

    [Theory]
    [InlineData("otel:4317", "--otlp: \"otel:4317\" is none of grpc://HOST:4317, grpcs://HOST:4317, http://HOST:4318 and https://HOST:4318")]
    [InlineData("ftp://otel:4317", "--otlp: \"ftp://otel:4317\" is none of ")]
    [InlineData("grpc://otel", "--otlp: \"grpc://otel\" names no host and port; write grpc://HOST:4317")]
    [InlineData("https://", "--otlp: \"https://\" names no host and port; write https://HOST:4318")]
    [InlineData("https://otel:0", "names no host and port")]
    [InlineData("https://10.0.0.1:0", "names no host and port")]
    [InlineData("https://otel:70000", "names no host and port")]
    [InlineData("https://1.2.3:4318", "names no host and port")]
    [InlineData("grpcs://otel:4317/otlp", "--otlp: gRPC has no path; leave \"/otlp\" away, or write http or https")]
    [InlineData("https://otel/a?b=c", "is not a path")]
    [InlineData("https://otel/a b", "is not a path")]
    [InlineData("https://otel/otlp/v1/traces", "--otlp: leave /v1/traces away")]
    [InlineData("grpcs://unix:/run/otel.sock", "has no host that a certificate could be for; write grpc://unix:/run/otel.sock")]
    public void A_URL_that_is_none_is_answered_with_the_fix(string url, string part)
        => Assert.Contains(part, Assert.Throws<UsageException>(() => Relay("--otlp", url)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_password_in_a_URL_is_refused_and_not_repeated()
    {
        string message = Assert.Throws<UsageException>(() => Relay("--otlp", $"https://me:{Secret}@otel:4318")).Message;
        Assert.Contains("--otlp-header authorization=@FILE", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_URL_keeps_what_other_options_have_said()
    {
        OtlpOptions options = Relay("--otlp", "grpc://otel:4317", "--otlp-temporality", "delta", "--otlp-ca", "ca.pem", "--otlp-header", "a=b", "--otlp", "https://other/x");
        Assert.Equal(("other:443", "other", "/x", true, "ca.pem"), (options.Place.ToString(), options.Authority, options.BasePath, options.IsDelta, options.CaFile));
        Assert.Equal("a", Assert.Single(options.Headers).Name);
    }

    [Theory]
    [InlineData("--otlp-ca needs --otlp before it", "--otlp-ca", "ca.pem")]
    [InlineData("--otlp-header needs --otlp before it", "--otlp-header", "a=b")]
    [InlineData("--otlp-cert and --otlp-key belong together: give both or none", "--otlp", "grpcs://otel:4317", "--otlp-cert", "c.pem")]
    [InlineData("--otlp-cert and --otlp-key belong together: give both or none", "--otlp", "grpcs://otel:4317", "--otlp-key", "c.key")]
    [InlineData("--otlp-ca needs TLS: write --otlp grpcs://otel:4317", "--otlp", "grpc://otel:4317", "--otlp-ca", "ca.pem")]
    [InlineData("--otlp-cert needs TLS: write --otlp https://otel:4318", "--otlp", "http://otel:4318", "--otlp-cert", "c.pem", "--otlp-key", "c.key")]
    [InlineData("--otlp-header: \"a\" is given twice; give each header once", "--otlp", "grpc://otel:4317", "--otlp-header", "a=1", "--otlp-header", "A=2")]
    public void Options_that_do_not_fit_are_named(string message, params string[] options)
    {
        Assert.Equal(message, Assert.Throws<UsageException>(() => Relay(options)).Message);

        // Run reads all options before it looks at any, in an order of its own.
        Assert.Equal(message, Assert.Throws<UsageException>(() => Run(options)).Message);
    }

    [Fact]
    public void Run_takes_headers_in_any_order_and_more_than_one()
    {
        OtlpOptions options = Run("--otlp-header", "X-Scope-OrgID=shop", "--otlp-ca=ca.pem", "--otlp-header=authorization=Basic dTpwPQ==", "--otlp", "https://otel/otlp");
        Assert.Equal(["x-scope-orgid", "authorization"], options.Headers.Select(static header => header.Name));
        Assert.Equal(["shop", "Basic dTpwPQ=="], options.Headers.Select(Value));
        Assert.Equal("ca.pem", options.CaFile);
    }

    [Theory]
    [InlineData("connection=close")]
    [InlineData("TE=trailers")]
    [InlineData("transfer-encoding=chunked")]
    [InlineData("host=other")]
    [InlineData("content-length=1")]
    [InlineData("grpc-timeout=1S")]
    public void A_header_that_is_the_exporters_own_is_refused(string header)
        => Assert.EndsWith(" is set by the proxy itself; leave it away", Assert.Throws<UsageException>(() => Header(header)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Secret)]
    [InlineData("=" + Secret)]
    [InlineData(":authority=" + Secret)]
    [InlineData("a b=" + Secret)]
    [InlineData("ä=" + Secret)]
    [InlineData("authorization=" + Secret + "\r\nhost: other")]
    [InlineData("authorization=" + Secret + "\u00e4")]
    public void A_header_that_is_none_is_refused_and_its_value_not_repeated(string header)
    {
        string message = Assert.Throws<UsageException>(() => Header(header)).Message;
        Assert.StartsWith("--otlp-header: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authorization=")]
    [InlineData("authorization= ")]
    public void A_header_without_a_value_is_refused(string header)
        => Assert.Contains("\"authorization\" is not one line of 1 to 4096", Assert.Throws<UsageException>(() => Header(header)).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_and_headers_have_a_bound()
    {
        Assert.Equal(4_096, Value(Header("a=" + new string('x', 4_096))).Length);
        Assert.Throws<UsageException>(() => Header("a=" + new string('x', 4_097)));
        string[] options = ["--otlp", "grpc://otel:4317", .. Enumerable.Range(0, OtlpOptions.HeadersMax).Select(static i => $"--otlp-header=h{i}=v")];
        Assert.Equal(OtlpOptions.HeadersMax, Relay(options).Headers.Count);
        Assert.Equal("--otlp-header is given more than 16 times", Assert.Throws<UsageException>(() => Relay([.. options, "--otlp-header=one=more"])).Message);
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData(Secret + "\n")]
    [InlineData("  " + Secret + "\r\n\n")]
    public void A_value_may_be_in_a_file(string content)
        => Assert.Equal(Secret, Value(Header($"authorization=@{FileWith(content)}")));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(Secret + "\n" + Secret)]
    public void A_file_that_holds_no_value_is_refused_and_not_repeated(string content)
    {
        OtlpHeader header = Header($"authorization=@{FileWith(content)}");
        UsageException wrong = Assert.Throws<UsageException>(() => header.ReadValue());
        Assert.Equal(ExitCodes.BadInput, wrong.ExitCode);
        Assert.DoesNotContain(Secret, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_long_is_named()
    {
        string missing = Path.Combine(_folder, "missing");
        Assert.StartsWith($"--otlp-header: {missing} cannot be read: ", Assert.Throws<UsageException>(() => Header($"a=@{missing}").ReadValue()).Message, StringComparison.Ordinal);
        string large = FileWith(new string('x', 5_000));
        Assert.StartsWith($"--otlp-header: {large} has more than ", Assert.Throws<UsageException>(() => Header($"a=@{large}").ReadValue()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_the_options_has_a_value_in_it()
        => Assert.DoesNotContain(Secret, Relay("--otlp", "grpc://otel:4317", "--otlp-header", "authorization=" + Secret) + Header("a=" + Secret).ToString(), StringComparison.Ordinal);

    [Fact]
    public void What_a_collector_says_is_covered_where_it_repeats_a_value()
    {
        OtlpFields fields = new([Header("authorization=Bearer " + Secret)]);
        Assert.Equal("status 16: no such key as ***", fields.Cover($"status 16: no such key as {Secret}"));
        Assert.Equal(501, fields.Cover(new string('x', 5_000)).Length);
    }

    [Theory]
    [InlineData("--otlp-ca")]
    [InlineData("--otlp-cert")]
    [InlineData("--otlp-key")]
    public void A_file_that_holds_no_PEM_is_named_with_its_option(string wrong)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        System.Security.Cryptography.X509Certificates.CertificateRequest request = new("CN=a", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(20_000));
        string Content(string option) => option == wrong ? "nothing" : option == "--otlp-key" ? key.ExportPkcs8PrivateKeyPem() : certificate.ExportCertificatePem();
        string[] files = [.. ((string[])["--otlp-ca", "--otlp-cert", "--otlp-key"]).SelectMany(option => (string[])[option, FileWith(Content(option))])];
        OtlpOptions options = Relay(["--otlp", "grpcs://otel:4317", .. files]);
        UsageException refused = Assert.Throws<UsageException>(() => OtlpTls.Open(options));
        Assert.StartsWith($"{wrong}: {files[Array.IndexOf(files, wrong) + 1]}: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
    }

    [Fact]
    public void Both_commands_list_every_option_of_records()
        => Assert.All(FlowOptions.Names.Concat(FlowOptions.Repeated), static name =>
        {
            Assert.Contains(name + " ", RunSettingsReader.Help, StringComparison.Ordinal);
            Assert.Contains(name + " ", RelayCommand.Help, StringComparison.Ordinal);
        });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static OtlpOptions Relay(params string[] options) => RelayCommand.Parse(["--listen", "127.0.0.1:1", "--to", "127.0.0.1:2", .. options]).Flows.Otlp!;

    private static OtlpOptions Run(params string[] options)
        => RunSettingsReader.Read(
            [
                "--control", "10.77.0.1:15010", "--namespace", "shop", "--service", "cart", "--workload", "cart-1", "--address", "10.77.0.5", "--state", "/tmp/x", .. options,
            ]).Flows.Otlp!;

    private static OtlpHeader Header(string text) => Assert.Single(Relay("--otlp", "grpc://otel:4317", "--otlp-header", text).Headers);

    private static string Value(OtlpHeader header) => System.Text.Encoding.ASCII.GetString(header.ReadValue());

    private string FileWith(string content)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        File.WriteAllText(path, content);
        return path;
    }
}
