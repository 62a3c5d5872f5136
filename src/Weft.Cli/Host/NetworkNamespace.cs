using System.Globalization;

namespace Weft.Cli.Host;

/// <summary>A network namespace, by the file that stands for it; the namespace that we run in has none.</summary>
internal readonly record struct NetworkNamespace(string? Path)
{
    /// <summary>Where <c>ip netns</c> keeps its names.</summary>
    public const string NamesFolder = "/run/netns";

    public static NetworkNamespace Ours => default;

    public static NetworkNamespace Named(string name) => new(System.IO.Path.Combine(NamesFolder, name));

    public static NetworkNamespace OfProcess(int pid) => new(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"));

    /// <summary>The program and arguments that run <paramref name="command"/> inside. Only the network changes: the files, and with them the cgroup tree, stay ours.</summary>
    public IReadOnlyList<string> Wrap(IReadOnlyList<string> command) =>
        Path is null ? command : ["nsenter", "--net=" + Path, "--", .. command];

    /// <summary>Runs a program inside and returns its standard output; throws as <see cref="HostCommand.RunAsync"/> does.</summary>
    public Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancel, string? input = null)
    {
        IReadOnlyList<string> all = Wrap(command);
        return HostCommand.RunAsync(all[0], [.. all.Skip(1)], cancel, input);
    }

    public Task<HostCommandResult> TryRunAsync(IReadOnlyList<string> command, CancellationToken cancel, string? input = null)
    {
        IReadOnlyList<string> all = Wrap(command);
        return HostCommand.TryRunAsync(all[0], [.. all.Skip(1)], input, cancel);
    }

    public override string ToString() => Path ?? "this network namespace";
}
