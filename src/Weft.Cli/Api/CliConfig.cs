using Weft.Contracts.Api;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Cli.Api;

/// <summary>The command line's configuration: named contexts and which of them is current. Read from <c>$XDG_CONFIG_HOME/weft/config.yaml</c>, else
/// <c>/etc/weft/config.yaml</c>. A <c>./.weft.yaml</c> may only choose a context and a namespace: a folder that somebody else wrote must not decide
/// to which server a token is sent.</summary>
internal sealed class CliConfig
{
    private const int SizeMax = 64 * 1024;

    private readonly Dictionary<string, ApiEndpoint> _contexts = new(StringComparer.Ordinal);

    public string? Current { get; private set; }

    public string? Namespace { get; private set; }

    public IReadOnlyCollection<string> Names => _contexts.Keys;

    public static CliConfig Load(CliHost host)
    {
        var config = new CliConfig();
        var home = host.Variable("XDG_CONFIG_HOME") ?? Path.Combine(host.Variable("HOME") ?? "/", ".config");
        foreach (var path in new[] { Path.Combine(home, "weft", "config.yaml"), "/etc/weft/config.yaml" })
        {
            if (File.Exists(path))
            {
                config.Read(path, choiceOnly: false);
                break;
            }
        }

        var local = Path.Combine(host.WorkingDirectory, ".weft.yaml");
        if (File.Exists(local))
        {
            config.Read(local, choiceOnly: true);
        }

        return config;
    }

    public ApiEndpoint Find(string name)
    {
        if (_contexts.TryGetValue(name, out var found))
        {
            return found with { Namespace = Namespace ?? found.Namespace };
        }

        var known = Names.Count == 0 ? "no contexts are configured" : "known contexts: " + string.Join(", ", Names.Order(StringComparer.Ordinal));
        throw CliException.Of(ExitCode.Usage, "WF0007", $"there is no context \"{name}\"", known, "add it to ~/.config/weft/config.yaml");
    }

    private void Read(string path, bool choiceOnly)
    {
        if (new FileInfo(path).Length > SizeMax)
        {
            throw Wrong(path, Mark.Empty, $"the file is larger than {SizeMax / 1024} KiB", "make it smaller");
        }

        using var reader = File.OpenText(path);
        try
        {
            var parser = new Parser(reader);
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
            {
                return;
            }

            while (!parser.TryConsume<MappingEnd>(out _))
            {
                ReadKey(parser, path, choiceOnly);
            }
        }
        catch (YamlException e)
        {
            throw Wrong(path, e.Start, e.Message, "correct the YAML");
        }
    }

    private void ReadKey(IParser parser, string path, bool choiceOnly)
    {
        var key = parser.Consume<Scalar>();
        switch (key.Value)
        {
            case "current":
                Current = parser.Consume<Scalar>().Value;
                break;
            case "namespace":
                Namespace = parser.Consume<Scalar>().Value;
                break;
            case "contexts" when !choiceOnly:
                parser.Consume<SequenceStart>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    ReadContext(parser, path);
                }

                break;
            default:
                throw Wrong(path, key.Start, $"\"{key.Value}\" is no key of this file", choiceOnly ? "only \"current\" and \"namespace\" may stand here" : "use current, namespace or contexts");
        }
    }

    private void ReadContext(IParser parser, string path)
    {
        var start = parser.Consume<MappingStart>();
        string? name = null;
        var endpoint = new ApiEndpoint();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var value = parser.Consume<Scalar>().Value;
            switch (key.Value)
            {
                case "name":
                    name = value;
                    break;
                case "socket":
                    endpoint = endpoint with { Socket = value };
                    break;
                case "server":
                    endpoint = endpoint with { Server = ApiEndpointResolver.ServerAddress(value, $"{path}:{key.Start.Line}") };
                    break;
                case "tokenFile":
                    endpoint = endpoint with { TokenFile = value };
                    break;
                case "caFile":
                    endpoint = endpoint with { CaFile = value };
                    break;
                case "namespace":
                    endpoint = endpoint with { Namespace = value };
                    break;
                default:
                    throw Wrong(path, key.Start, $"\"{key.Value}\" is no key of a context", "use name, socket, server, tokenFile, caFile or namespace");
            }
        }

        if (name is null || (endpoint.Socket is null) == (endpoint.Server is null))
        {
            throw Wrong(path, start.Start, "a context needs a name and either a socket or a server", "add what is missing");
        }

        _contexts[name] = endpoint with { Origin = $"context {name}" };
    }

    private static CliException Wrong(string path, Mark at, string message, string fix)
    {
        return new CliException(ExitCode.BadInput, new Finding
        {
            Code = "WF0006",
            Message = $"the configuration file is wrong: {message}",
            Location = new FindingLocation(path, (int)at.Line, (int)at.Column),
            Fixes = [fix],
        });
    }
}
