using System.CommandLine;
using Weft.Contracts.Api;

namespace Weft.Cli.Errors;

/// <summary>Turns the parser's complaints into three lines and exit code 64: what is wrong, the nearest right thing, where to look.</summary>
internal static class UsageErrors
{
    public static CliException From(Verb root, Verb verb, ParseResult parsed)
    {
        var path = CommandTree.PathOf(root, verb);
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return new CliException(ExitCode.Usage, Unmatched(path, verb, root, parsed.UnmatchedTokens[0]));
        }

        var findings = parsed.Errors.Select(e => new Finding
        {
            Code = "WF0003",
            Message = e.Message.TrimEnd('.'),
            Fixes = [$"see {path} --help"],
        });
        return new CliException(ExitCode.Usage, [.. findings.DistinctBy(f => f.Message)]);
    }

    private static Finding Unmatched(string path, Verb verb, Verb root, string token)
    {
        if (token.StartsWith('-') && token.Length > 1)
        {
            var name = token.Split('=')[0];
            var options = verb.Options.Concat(root.Options).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name));
            var near = name.StartsWith("--", StringComparison.Ordinal) ? Nearest.Of(name, options) : null;
            return new Finding
            {
                Code = "WF0002",
                Message = $"{path} has no option \"{name}\"",
                Near = near is null ? null : $"\"{near}\"",
                Fixes = [$"see {path} --help"],
            };
        }

        if (verb.Subcommands.Count > 0)
        {
            var near = Nearest.Of(token, verb.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            return new Finding
            {
                Code = "WF0001",
                Message = $"{path} has no command \"{token}\"",
                Fixes = [near is null ? $"see {path} --help" : $"did you mean: {path} {near}"],
            };
        }

        return new Finding { Code = "WF0003", Message = $"{path} does not know what to do with \"{token}\"", Fixes = [$"see {path} --help"] };
    }
}
