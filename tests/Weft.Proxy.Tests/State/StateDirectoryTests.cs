using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Identity;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Telemetry;

namespace Weft.Proxy.Tests.State;

[Collection(nameof(BugTrap))]
public sealed class StateDirectoryTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("weft-state-").FullName;
    private readonly StateDirectory _state;
    private readonly List<string> _log = [];
    private readonly Action<string> _sink = ProxyLog.Sink;

    public StateDirectoryTests()
    {
        _state = StateDirectory.Open(Path.Combine(_path, "a", "b"));
        ProxyLog.Sink = _log.Add;
    }

    private string ResourcesPath => Path.Combine(_path, "a", "b", "resources.bin");

    public void Dispose()
    {
        ProxyLog.Sink = _sink;
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public void What_was_saved_comes_back_with_versions_commit_and_time()
    {
        SavedResources saved = Sample();
        _state.SaveResources(saved);

        SavedResources? loaded = _state.LoadResources();
        Assert.NotNull(loaded);
        Assert.Equal((saved.Commit, saved.ConfirmedAt), (loaded.Commit, loaded.ConfirmedAt));
        Resource service = Assert.Single(loaded.ByType[TypeUrls.Service]);
        Assert.Equal(("shop/cart", "7", TypeUrls.Service), (service.Name, service.Version, service.Body!.TypeUrl));
        Assert.Equal([1, 2, 3], service.Body.Value);
        Assert.Empty(_log);
    }

    [Fact]
    public void Any_flipped_byte_is_noticed_and_the_file_refused_loudly()
    {
        byte[] good = ResourceFile.Encode(Sample());
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[1, 255]).Sample((at, change) =>
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)change;
            Assert.Throws<FormatException>(() => ResourceFile.Decode(bad));
        });
        File.WriteAllBytes(ResourcesPath, good[..^1]);
        Assert.Null(_state.LoadResources());
        Assert.Contains("refused", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_a_good_checksum_but_nonsense_inside_is_refused_too()
    {
        byte[] body = [.. "weftres1"u8, .. new byte[16], 9, 0, 0, 0, 1];
        Assert.Throws<FormatException>(() => ResourceFile.Decode([.. body, .. SHA256.HashData(body)]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_file_with_a_time_that_is_none_is_refused(long confirmedMs)
    {
        byte[] body = ResourceFile.Encode(new SavedResources(1, DateTimeOffset.UnixEpoch, new Dictionary<string, IReadOnlyList<Resource>>()))[..^SHA256.HashSizeInBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(16), confirmedMs);
        Assert.Throws<FormatException>(() => ResourceFile.Decode([.. body, .. SHA256.HashData(body)]));
    }

    [Fact]
    public void Many_resources_are_split_into_parts_and_come_back_whole()
    {
        Resource[] resources = [.. Enumerable.Range(0, 40).Select(static i => new Resource
        {
            Name = $"shop/s{i}",
            Version = "1",
            Body = new AnyMessage(TypeUrls.Service, new byte[200_000]),
        })];
        SavedResources saved = new(1, DateTimeOffset.UnixEpoch, new Dictionary<string, IReadOnlyList<Resource>> { [TypeUrls.Service] = resources });
        SavedResources loaded = ResourceFile.Decode(ResourceFile.Encode(saved));
        Assert.Equal(resources.Select(static r => r.Name), loaded.ByType[TypeUrls.Service].Select(static r => r.Name));
    }

    [Fact]
    public void Nothing_saved_is_no_fault()
    {
        Assert.Null(_state.LoadResources());
        Assert.Null(_state.LoadIdentity());
        Assert.Empty(_log);
    }

    [Fact]
    public void The_directory_and_its_files_are_for_their_owner_only()
    {
        _state.SaveResources(Sample());
        _state.SaveIdentity(Identity());
        Assert.Equal("rwx------", Mode(Path.Combine(_path, "a", "b")));
        Assert.All(Directory.GetFiles(Path.Combine(_path, "a", "b")), static file => Assert.Equal("rw-------", Mode(file)));
    }

    [Fact]
    public void An_identity_comes_back_with_its_name_and_lifetime()
    {
        SavedIdentity identity = Identity();
        _state.SaveIdentity(identity);
        SavedIdentity? loaded = _state.LoadIdentity();
        Assert.NotNull(loaded);
        Assert.Equal((identity.Id, identity.NotAfter, identity.ChainPem), (loaded.Id, loaded.NotAfter, loaded.ChainPem));
    }

    [Fact]
    public void A_certificate_for_another_key_is_refused()
    {
        SavedIdentity identity = Identity();
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        FormatException fault = Assert.Throws<FormatException>(() => SavedIdentity.Parse(other.ExportPkcs8PrivateKeyPem(), identity.ChainPem, identity.RootsPem));
        Assert.Contains("another key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_identity_is_said_and_not_used()
    {
        _state.SaveIdentity(Identity());
        string path = Path.Combine(_path, "a", "b", "identity.pem");
        File.WriteAllText(path, File.ReadAllText(path)[..300]);
        Assert.Null(_state.LoadIdentity());
        Assert.Contains("join again", Assert.Single(_log), StringComparison.Ordinal);
    }

    internal static SavedIdentity Identity()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectNames.Encode(SpiffeId.ForWorkload("mesh.local", "shop", "cart"), [], [], critical: false));
        using X509Certificate2 leaf = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
        return SavedIdentity.Create(key.ExportPkcs8PrivateKeyPem(), [leaf.RawData], [leaf.RawData]);
    }

    private static SavedResources Sample() => new(
        42,
        DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_123),
        new Dictionary<string, IReadOnlyList<Resource>>
        {
            [TypeUrls.Service] = [new Resource { Name = "shop/cart", Version = "7", Body = new AnyMessage(TypeUrls.Service, [1, 2, 3]) }],
            [TypeUrls.Destination] = [],
        });

    private static string Mode(string path)
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((c, i) => ((int)mode & (0x100 >> i)) != 0 ? c : '-'));
    }
}
