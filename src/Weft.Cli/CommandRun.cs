using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Cli.Progress;

namespace Weft.Cli;

/// <summary>One invocation of a verb: what was given, and where the answer, the talk and the errors go.</summary>
internal sealed class CommandRun
{
    private readonly Lazy<StepReporter> _steps;

    public CommandRun(CliHost host, Verb verb, ParseResult parsed)
    {
        Host = host;
        Verb = verb;
        Parsed = parsed;
        var flag = parsed.GetValue(CommonOptions.Color);
        if (flag is not (null or "auto" or "always" or "never"))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--color takes auto, always or never, not \"{flag}\"");
        }

        Quiet = parsed.GetValue(CommonOptions.Quiet);
        IsVerbose = parsed.GetValue(CommonOptions.Verbose);
        var never = parsed.GetValue(CommonOptions.NoColor);
        OutStyle = TerminalStyle.For(host, host.OutIsTerminal, flag, never);
        ErrorStyle = TerminalStyle.For(host, host.ErrorIsTerminal, flag, never);
        Format = ReadFormat(verb, parsed.GetValue(CommonOptions.Format));
        Output = new OutputWriter(host, OutStyle, Format);
        _steps = new(() => new StepReporter(host, ErrorStyle, Quiet));
    }

    public CliHost Host { get; }
    public Verb Verb { get; }
    public ParseResult Parsed { get; }
    public OutputFormat Format { get; }
    public OutputWriter Output { get; }
    public TerminalStyle OutStyle { get; }
    public TerminalStyle ErrorStyle { get; }
    public bool Quiet { get; }
    public bool IsVerbose { get; }

    /// <summary>Arguments of a verb that hands them on unseen (<see cref="Verb.PassesArgumentsOn"/>).</summary>
    public IReadOnlyList<string> PassedOn { get; init; } = [];

    /// <summary>Named steps of something that takes time, on standard error.</summary>
    public StepReporter Steps => _steps.Value;

    public bool AllNamespaces => Parsed.GetValue(CommonOptions.AllNamespaces);

    /// <summary>The namespace given with <c>-n</c>, or null when none was.</summary>
    public string? GivenNamespace => Parsed.GetValue(CommonOptions.Namespace);

    /// <summary>The namespace given, else <c>WEFT_NAMESPACE</c>, else that of the context, else "default".</summary>
    public string Namespace => GivenNamespace ?? Host.Variable("WEFT_NAMESPACE") ?? ResolveEndpoint().Namespace ?? "default";

    /// <summary>True when a question can be asked and answered.</summary>
    public bool CanAsk => Host.InIsTerminal && Host.ErrorIsTerminal && !Parsed.GetValue(CommonOptions.NoInput);

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => Parsed.GetValue(argument);

    /// <summary>A number; a usage error when it is not from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int GetWithin(Option<int> option, int least, int most)
    {
        var number = Parsed.GetValue(option);
        return number >= least && number <= most ? number : throw CliException.Of(ExitCode.Usage, "WF0003", $"{option.Name} takes {least} to {most}, not {number}");
    }

    /// <summary>Talk for a person, on standard error; silent with <c>-q</c>.</summary>
    public void Say(string text)
    {
        if (!Quiet)
        {
            Host.Error.WriteLine(text);
        }
    }

    /// <summary>Detail for a person who asked for it with <c>-v</c>.</summary>
    public void Detail(string text)
    {
        if (IsVerbose)
        {
            Host.Error.WriteLine(text);
        }
    }

    /// <summary>Warnings and errors that do not end the verb.</summary>
    public ErrorPrinter Errors => new(Host.Error, ErrorStyle, Format is OutputFormat.Json or OutputFormat.Jsonl);

    /// <summary>Opens the control plane's API; nothing is sent before the first call.</summary>
    public ApiClient OpenApi()
    {
        var endpoint = ResolveEndpoint();
        Detail($"control plane: {endpoint.Describe()} ({endpoint.Origin})");
        return new ApiClient(endpoint);
    }

    private ApiEndpoint ResolveEndpoint() => ApiEndpointResolver.Resolve(Host, Parsed.GetValue(CommonOptions.Context));

    private static OutputFormat ReadFormat(Verb verb, string? text)
    {
        var formats = verb.Formats.Count > 0 ? verb.Formats : [OutputFormat.Table];
        if (text is null)
        {
            return formats[0];
        }

        foreach (var format in formats)
        {
            if (string.Equals(format.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        var known = string.Join(", ", formats.Select(f => f.ToString().ToLowerInvariant()));
        throw CliException.Of(ExitCode.Usage, "WF0003", $"weft {verb.Name} has no output format \"{text}\"", null, $"use one of: {known}");
    }
}
