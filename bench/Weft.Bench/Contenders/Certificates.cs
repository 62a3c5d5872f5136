using Weft.Bench.Processes;

namespace Weft.Bench.Contenders;

/// <summary>A throw-away authority and two leaves (P-256), made by the <c>openssl</c> command into a folder.</summary>
internal sealed class Certificates(string folder)
{
    public const string ServerName = "server.bench.test";
    public const string ServerIdentity = "spiffe://bench.test/ns/bench/svc/server";
    private const string ClientIdentity = "spiffe://bench.test/ns/bench/svc/client";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public string Authority => Path.Combine(folder, "ca.crt");

    public string Certificate(string who) => Path.Combine(folder, who + ".crt");

    public string Key(string who) => Path.Combine(folder, who + ".key");

    /// <summary>Settings of OpenSSL under which a server sends no session tickets. Under TLS 1.3 the peers' own switches only make the tickets smaller.</summary>
    public string WithoutTickets => "OPENSSL_CONF=" + Path.Combine(folder, "no-tickets.cnf");

    /// <summary>Certificate and key in one file, as HAProxy wants it.</summary>
    public string Bundle(string who) => Path.Combine(folder, who + ".pem");

    public async Task MakeAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "no-tickets.cnf"), "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n[all]\nNumTickets = 0\n");
        await OpenSslAsync(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=bench",
            "-keyout", Path.Combine(folder, "ca.key"), "-out", Authority, "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        await MakeLeafAsync("server", $"URI:{ServerIdentity},DNS:{ServerName}");
        await MakeLeafAsync("client", $"URI:{ClientIdentity}");
    }

    private async Task MakeLeafAsync(string who, string names)
    {
        string request = Path.Combine(folder, who + ".csr");
        string extensions = Path.Combine(folder, who + ".ext");
        await File.WriteAllTextAsync(
            extensions,
            $"subjectAltName={names}\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n");
        await OpenSslAsync(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + who, "-keyout", Key(who), "-out", request);
        await OpenSslAsync(
            "x509", "-req", "-in", request, "-CA", Authority, "-CAkey", Path.Combine(folder, "ca.key"), "-CAcreateserial", "-days", "2",
            "-extfile", extensions, "-out", Certificate(who));
        await File.WriteAllTextAsync(Bundle(who), await File.ReadAllTextAsync(Certificate(who)) + await File.ReadAllTextAsync(Key(who)));
    }

    private static Task<string> OpenSslAsync(params string[] words) => ChildProcess.RunAsync(s_patience, null, ["openssl", .. words]);
}
