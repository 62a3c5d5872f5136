using Weft.Cli.Api;
using Weft.Cli.Tests.Support;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class ConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weft-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void By_default_the_socket_lies_in_the_data_folder()
    {
        Assert.SkipWhen(File.Exists(Weft.Cli.Demo.DemoPaths.DefaultSocket), "a demo runs on this machine, and is found first");
        Assert.Equal("/var/lib/weft/weft.sock", ApiEndpointResolver.Resolve(Host(isRoot: true), null).Socket);
        Assert.Equal("/h/.local/state/weft/weft.sock", ApiEndpointResolver.Resolve(Host(isRoot: false, ("HOME", "/h")), null).Socket);
        Assert.Equal("/s/weft/weft.sock", ApiEndpointResolver.Resolve(Host(isRoot: false, ("XDG_STATE_HOME", "/s")), null).Socket);
        Assert.Equal("/d/weft.sock", ApiEndpointResolver.Resolve(Host(isRoot: true, ("WEFT_SERVER_DATA", "/d")), null).Socket);
    }

    [Fact]
    public void The_environment_goes_before_the_file_and_the_flag_before_both()
    {
        Config("current: far\ncontexts:\n- name: far\n  server: https://mesh.example:15011\n  tokenFile: /t\n  caFile: /c\n  namespace: shop\n- name: near\n  socket: /near.sock\n");
        var far = ApiEndpointResolver.Resolve(Host(isRoot: true), null);
        Assert.Equal(("https://mesh.example:15011/", "/t", "/c", "shop"), (far.Server!.ToString(), far.TokenFile, far.CaFile, far.Namespace));
        Assert.Equal("/near.sock", ApiEndpointResolver.Resolve(Host(isRoot: true, ("WEFT_CONTEXT", "near")), null).Socket);
        Assert.Equal("/env.sock", ApiEndpointResolver.Resolve(Host(isRoot: true, ("WEFT_SOCKET", "/env.sock")), null).Socket);
        Assert.Equal("/near.sock", ApiEndpointResolver.Resolve(Host(isRoot: true, ("WEFT_SOCKET", "/env.sock")), "near").Socket);
    }

    [Fact]
    public void A_file_of_this_folder_may_choose_but_not_define()
    {
        Config("contexts:\n- name: near\n  socket: /near.sock\n");
        File.WriteAllText(Path.Combine(_folder, ".weft.yaml"), "current: near\nnamespace: mine\n");
        Assert.Equal(("/near.sock", "mine"), (ApiEndpointResolver.Resolve(Host(isRoot: true), null).Socket, ApiEndpointResolver.Resolve(Host(isRoot: true), null).Namespace));
        File.WriteAllText(Path.Combine(_folder, ".weft.yaml"), "contexts:\n- name: near\n  server: https://evil.example\n");
        var refusal = Assert.Throws<CliException>(() => ApiEndpointResolver.Resolve(Host(isRoot: true), null));
        Assert.Equal((ExitCode.BadInput, "WF0006", 1), (refusal.ExitCode, refusal.Findings[0].Code, refusal.Findings[0].Location!.Line));
    }

    [Theory]
    [InlineData("colour: blue\n")]
    [InlineData("contexts:\n- name: x\n")]
    [InlineData("contexts:\n- name: x\n  socket: /a\n  server: https://b\n")]
    [InlineData("contexts: {{{\n")]
    [InlineData("current: [x]\n")]
    public void A_wrong_configuration_file_is_named_with_its_place(string text)
    {
        Config(text);
        var refusal = Assert.Throws<CliException>(() => ApiEndpointResolver.Resolve(Host(isRoot: true), null));
        Assert.Equal((ExitCode.BadInput, "WF0006"), (refusal.ExitCode, refusal.Findings[0].Code));
    }

    [Theory]
    [InlineData("http://mesh.example:15011")]
    [InlineData("https://user@mesh.example")]
    [InlineData("mesh.example")]
    public void A_token_never_goes_where_others_can_read_it(string server)
        => Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => ApiEndpointResolver.Resolve(Host(isRoot: true, ("WEFT_SERVER", server)), null)).ExitCode);

    [Fact]
    public void An_unknown_context_lists_the_known_ones()
    {
        Config("contexts:\n- name: near\n  socket: /near.sock\n");
        Assert.Equal("known contexts: near", Assert.Throws<CliException>(() => ApiEndpointResolver.Resolve(Host(isRoot: true), "nera")).Findings[0].Cause);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\n")]
    [InlineData("tök")]
    public void A_token_file_holds_one_word(string text)
    {
        var file = Path.Combine(_folder, "token");
        File.WriteAllText(file, text);
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => ApiTransport.ReadToken(file)).ExitCode);
    }

    private void Config(string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "weft"));
        File.WriteAllText(Path.Combine(_folder, "weft", "config.yaml"), text);
    }

    private CliHost Host(bool isRoot, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        environment["XDG_CONFIG_HOME"] = _folder;
        return new CliHost { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, IsRoot = isRoot, Environment = environment, WorkingDirectory = _folder };
    }
}
