using Weft.Cli.Errors;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>The one message for a name that does not exist.</summary>
internal static class NotFoundErrors
{
    /// <param name="kind">What was looked for, as the user knows it.</param>
    /// <param name="ns">Where; null means anywhere.</param>
    /// <param name="name">The name that was not found.</param>
    /// <param name="known">Names that exist, from which the nearest is offered.</param>
    public static CliException Of(string kind, string? ns, string name, IEnumerable<string>? known = null)
    {
        var near = Nearest.Of(name, known ?? []);
        return new CliException(ExitCode.NotFound, new Finding
        {
            Code = "WF0012",
            Message = ns is null ? $"there is no {kind} \"{name}\"" : $"there is no {kind} \"{name}\" in namespace \"{ns}\"",
            Near = near is null ? null : $"\"{near}\" exists",
            Fixes = [$"weft get {kind.ToLowerInvariant()} -A lists what exists"],
        });
    }
}
