using Xunit;

namespace Weft.Architecture.Tests;

public sealed class ForbiddenCallTests
{
    /// <summary>Assemblies that the data plane does without, and why.</summary>
    private static readonly string[] s_notInProxy =
    [
        "Microsoft.AspNetCore", // the proxy is no web application
        "Microsoft.Extensions", // nor a container
        "System.Net.Http", // its own codecs speak HTTP
        "System.Net.Security", // its own seam speaks TLS
        "System.Net.Requests",
        "System.Linq.Expressions",
    ];

    /// <summary>What would move work off the loop that it belongs to.</summary>
    private static readonly string[] s_offTheLoop =
    [
        "System.Threading.Tasks.Task::Run",
        "System.Threading.Tasks.Task::Delay",
        "System.Threading.Tasks.Task::ContinueWith",
        "System.Threading.Tasks.TaskFactory::StartNew",
        "System.Threading.ThreadPool::",
        "System.Threading.Tasks.Parallel::",
        "System.Threading.Timer::",
        "System.Threading.PeriodicTimer::",
    ];

    private static readonly string[] s_clocks =
    [
        "System.DateTime::get_UtcNow",
        "System.DateTime::get_Now",
        "System.DateTimeOffset::get_UtcNow",
        "System.DateTimeOffset::get_Now",
        "System.Diagnostics.Stopwatch::",
        "System.Environment::get_TickCount",
        "System.TimeProvider::",
    ];

    public static TheoryData<string> ProxyClosure => [.. Repository.Closure("Weft.Proxy").Order(StringComparer.Ordinal)];

    public static TheoryData<string> PureProjects => ["Weft.Wire", "Weft.Routing"];

    [Theory]
    [MemberData(nameof(ProxyClosure))]
    public void The_proxy_is_made_without_web_framework_http_client_and_ssl_stream(string project)
        => Assert.Empty(Using(CompiledAssembly.Of(project).UsedAssemblies, s_notInProxy));

    [Theory]
    [MemberData(nameof(ProxyClosure))]
    public void Nothing_in_the_proxy_leaves_its_loop_for_the_thread_pool(string project)
        => Assert.Empty(Using(CompiledAssembly.Of(project).UsedMembers, s_offTheLoop));

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Codecs_and_decisions_wait_for_nothing(string project)
        => Assert.Empty(Using(
            CompiledAssembly.Of(project).UsedTypes,
            ["System.Threading.Tasks.", "System.Runtime.CompilerServices.Async", "System.Runtime.CompilerServices.IAsync", "System.Threading.Thread"]));

    [Theory]
    [MemberData(nameof(PureProjects))]
    [InlineData("Weft.Identity")]
    [InlineData("Weft.Contracts")]
    public void Codecs_decisions_and_identities_open_no_socket_and_no_file(string project)
        => Assert.Empty(Using(CompiledAssembly.Of(project).UsedTypes, ["System.Net.Sockets.", "System.IO.File", "System.Net.Dns"]));

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Codecs_and_decisions_read_no_clock(string project) => Assert.Empty(Using(CompiledAssembly.Of(project).UsedMembers, s_clocks));

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Codecs_and_decisions_print_nothing(string project) => Assert.Empty(Using(CompiledAssembly.Of(project).UsedTypes, ["System.Console"]));

    [Fact]
    public void The_scan_sees_calls_at_all()
        => Assert.NotEmpty(Using(CompiledAssembly.Of("Weft.ControlPlane").UsedTypes, ["System.Threading.Tasks."]));

    private static IEnumerable<string> Using(IEnumerable<string> used, string[] banned)
        => used.Where(name => banned.Any(start => name.StartsWith(start, StringComparison.Ordinal))).Distinct();
}
