using System.Diagnostics;
using Weft.Cli.Host;
using Xunit;

namespace Weft.Namespaces.Tests;

/// <summary>A machine of its own as far as names go: prefix, addresses and run directory that no other test and no real mesh uses. Cleans up whatever the test leaves.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private static int _count;

    public TestHost()
    {
        Privileges.RequireRoot();
        int number = Interlocked.Increment(ref _count);
        string prefix = $"wt{(char)('a' + (Environment.ProcessId % 26))}{(char)('a' + (number % 26))}";
        Context = new HostContext(new HostNames
        {
            Prefix = prefix,
            Subnet = Ipv4Subnet.Parse($"10.{100 + (Environment.ProcessId % 50)}.{number}.0/24"),
            RunDirectory = Path.Combine(Path.GetTempPath(), $"{prefix}-{Environment.ProcessId}"),
        });
    }

    public HostContext Context { get; }

    public HostNames Names => Context.Names;

    public HostNetwork Network => Context.Network;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Everything of this prefix that is on the machine now: what <c>weft down</c> must bring back to nothing.</summary>
    public async Task<IReadOnlyList<string>> TracesAsync()
    {
        var traces = new List<string>(await new HostCleaner(Context).FindAsync(Cancel));
        foreach (string command in (string[])["ip -br link", "ip netns list", "nft list ruleset"])
        {
            string[] words = command.Split(' ');
            string output = await HostCommand.RunAsync(words[0], words[1..], Cancel);
            traces.AddRange(output.Split('\n').Where(l => l.Contains(Names.Prefix, StringComparison.Ordinal)));
        }

        if (Directory.Exists("/etc/netns"))
        {
            traces.AddRange(Directory.EnumerateDirectories("/etc/netns", Names.Prefix + "*"));
        }

        return traces;
    }

    /// <summary>Starts a program inside a namespace, marked as Weft marks what it starts, and returns when it is inside.</summary>
    public async Task<Process> StartAsync(NetworkNamespace netns, params string[] command)
    {
        Process process = ChildProcess.Start(netns.Wrap(command), Context.Run);
        string inode = NamespaceProcesses.Inode(netns.Path ?? "/proc/self/ns/net")!;
        await Fake.EventuallyAsync(() => ProcessTable.NamespaceOf(process.Id) == inode);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        await new HostCleaner(Context).RemoveAllAsync(CancellationToken.None);
        Assert.Empty(await TracesAsync());
    }
}
