using System.CommandLine;
using Weft.Cli.Errors;

namespace Weft.Cli.Commands;

/// <summary>What a user points at: <c>TYPE</c>, <c>TYPE/NAME</c>, <c>TYPE NAME</c> or <c>TYPE/NAMESPACE/NAME</c> as lists print it.</summary>
internal sealed record ObjectReference(ObjectType Type, string? Namespace, string? Name)
{
    public static Argument<string[]> Argument(bool nameNeeded) => new("TYPE/NAME")
    {
        Description = nameNeeded ? "What: svc/cart, httproute/shop/cart, workload cart-1" : "What: svc, svc/cart, httproutes, proxies, commits, audit, resources",
        HelpName = nameNeeded ? "TYPE/NAME" : "TYPE[/NAME]",
        Arity = new ArgumentArity(1, 2),
    };

    /// <summary>Reads one or two words. Fails with exit 64 and the nearest type.</summary>
    public static ObjectReference Parse(IReadOnlyList<string> words, bool nameNeeded)
    {
        var parts = words[0].Split('/');
        if (words.Count == 2 && parts.Length == 1)
        {
            parts = [parts[0], .. words[1].Split('/')];
        }
        else if (words.Count == 2)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{words[1]}\" is one name too many after \"{words[0]}\"");
        }

        var type = ObjectType.Find(parts[0]) ?? throw Unknown(parts[0]);
        if (parts.Length > 3 || parts.Skip(1).Any(string.IsNullOrEmpty))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{words[0]}\" is no TYPE/NAME", null, "write svc/cart or svc/shop/cart");
        }

        if (nameNeeded && parts.Length == 1)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"a name is missing after \"{parts[0]}\"", null, $"write {parts[0]}/NAME; weft get {parts[0]} -A lists them");
        }

        return new ObjectReference(type, parts.Length == 3 ? parts[1] : null, parts.Length > 1 ? parts[^1] : null);
    }

    private static CliException Unknown(string word)
    {
        var near = Nearest.Of(word, ObjectType.Words);
        return new CliException(ExitCode.Usage, new Contracts.Api.Finding
        {
            Code = "WF0003",
            Message = $"there is no type \"{word}\"",
            Near = near is null ? null : $"\"{near}\"",
            Fixes = [$"use one of: {string.Join(", ", ObjectType.ShortNames)}"],
        });
    }
}
