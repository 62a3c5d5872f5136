namespace Weft.Cli.Commands;

/// <summary>Addresses of the dashboard, which has one for every state that it can be in.</summary>
internal static class PagePath
{
    /// <summary>Prints the address; the browser must be logged in already, as <c>weft dashboard</c> does it.</summary>
    public static async Task<int> PrintAsync(CommandRun run, string path, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        run.Output.Line((await api.PageAddressAsync(cancel)).TrimEnd('/') + path);
        return ExitCode.Ok;
    }

    /// <summary>A path with those parameters that have a value.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = path;
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text += $"{(text.Length == path.Length ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
            }
        }

        return text;
    }

    /// <summary>One service, or the list of them.</summary>
    public static string Service(string? ns, string? name) => name is null ? "/services" : $"/services/{Escape(ns!)}/{Escape(name)}";

    /// <summary>What <c>get</c> and <c>describe</c> point at.</summary>
    public static string Object(CommandRun run, ObjectReference reference)
    {
        var ns = reference.Namespace ?? run.Namespace;
        return reference.Type.View switch
        {
            ObjectView.Services => Service(ns, reference.Name),
            ObjectView.Workloads => reference.Name is null && reference.Type.Kind is null ? "/proxies" : With("/workloads", ("filter", reference.Name)),
            ObjectView.Commits => reference.Name is null ? "/config/commits" : $"/config/commits/{Escape(reference.Name)}",
            ObjectView.Audit => "/config/audit",
            _ => reference.Name is null || reference.Type.Kind is null ? "/config" : $"/config/{reference.Type.Kind}/{Escape(ns)}/{Escape(reference.Name)}",
        };
    }

    /// <summary>The map, with the filter of its query bar.</summary>
    public static string Map(CommandRun run, string? filter = null)
        => With("/map", ("ns", run.AllNamespaces ? null : run.GivenNamespace), ("q", filter));

    public static string Escape(string part) => Uri.EscapeDataString(part);
}
