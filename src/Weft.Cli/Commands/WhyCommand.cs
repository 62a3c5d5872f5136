using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft why</c>: what would happen to a request and which object decides, or what happened to one and why.</summary>
internal static class WhyCommand
{
    private static readonly Argument<string[]> Words = new("SRC DST [METHOD PATH] | REQUEST-ID")
    {
        Description = "Two services, and perhaps a request between them; or the id of a request that was made",
        HelpName = "SRC DST [METHOD PATH] | REQUEST-ID",
        Arity = new ArgumentArity(1, 4),
    };

    private static readonly Option<int> Port = new("--port") { Description = "Port of DST (default: its only one, or its first)", HelpName = "PORT" };

    private static readonly Option<string[]> Headers = new("--header", "-H") { Description = "A header field of the request, for routes that look at it (repeat it)", HelpName = "NAME:VALUE" };

    private static readonly Option<bool> WhatIf = new("--what-if") { Description = "Answer as if the files of -f were applied; nothing is changed" };

    private static readonly Option<string[]> Files = new("--filename", "-f")
    {
        Description = "For --what-if: file, folder, or - for standard input; may be repeated",
        HelpName = "PATH",
    };

    public static Verb Create()
    {
        return new Verb(
            "why", "Say why a call between two services works or fails, or what became of one request", VerbGroup.Observe,
            "weft why web cart -n shop", "weft why shop/web shop/cart POST /buy", "weft why svc/web svc/cart GET /items -H x-user:anna -n shop", "weft why web cart POST /buy --what-if -f policy.yaml -n shop", "weft why 3f0c8e3e-1d2c-7b11-9a0f-2f6a1c1d0e5b")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml],
            Details = "The verdict comes first, then each step from the name to the recent outcomes, with the object, the line and the commit that decided. What decides is the same code as in the proxies, over what they "
                + "would get now; with --what-if what they would get if files were applied, and the verdict of now beside it. With the id of a request (x-request-id, or as weft logs -o wide shows it) the records of both proxies are joined. Exit 0: served, 1: not.",
        }.With(Words, Port, Headers, WhatIf, Files, CommonOptions.Namespace).Does(RunAsync).ShownAt(Page);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var words = run.Get(Words)!;
        var files = run.Get(Files) ?? [];
        if (run.Get(WhatIf) && files.Length == 0)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "--what-if does not say which files", "name them with -f", $"weft why {string.Join(' ', words)} --what-if -f policy.yaml");
        }

        if (files.Length > 0 && words.Length == 1)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "files change nothing about a request that was made", "ask about two services", "weft why SRC DST METHOD PATH --what-if -f policy.yaml");
        }

        if (words.Length == 1)
        {
            return await TellRequestAsync(run, words[0], cancel);
        }

        using var api = run.OpenApi();
        var question = Question(run, words);
        var answer = files.Length == 0
            ? await api.WhyAsync(question, cancel)
            : await api.WhatIfAsync(question, new CommitRequest { Documents = await SourceLoader.LoadAsync(run.Host, files, cancel), Namespace = run.Namespace }, cancel);
        Show(run, answer, ApiJson.Default.WhyAnswer, () => WhyText.Write(run, answer));
        return answer.Verdict.Ok ? ExitCode.Ok : ExitCode.Negative;
    }

    /// <summary>Tells what became of one request: what its proxies wrote, joined.</summary>
    /// <returns>0 when it was served, 1 when not.</returns>
    internal static async Task<int> TellRequestAsync(CommandRun run, string requestId, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        var story = await api.FlowStoryAsync(requestId, cancel);
        Show(run, story, ApiJson.Default.FlowStory, () => WhyText.Write(run, story));
        return story.Ok ? ExitCode.Ok : ExitCode.Negative;
    }

    private static string Page(CommandRun run)
    {
        var words = run.Get(Words)!;
        if (words.Length == 1)
        {
            return $"/requests/{PagePath.Escape(words[0])}";
        }

        var question = Question(run, words);
        return PagePath.With(
            "/why",
            ("source", question.Source),
            ("destination", question.Destination),
            ("port", question.Port == 0 ? null : question.Port.ToString(CultureInfo.InvariantCulture)),
            ("method", words.Length > 2 ? question.Method : null),
            ("path", words.Length > 2 ? question.Path : null));
    }

    private static void Show<T>(CommandRun run, T document, JsonTypeInfo<T> type, Action write)
    {
        if (run.Output.IsTable)
        {
            write();
        }
        else
        {
            run.Output.Document(JsonSerializer.SerializeToElement(document, type));
        }
    }

    private static WhyRequest Question(CommandRun run, string[] words)
    {
        // One more word than two is the method, or a path that is asked for with GET.
        var (method, path) = words.Length switch
        {
            4 => (words[2], words[3]),
            3 when words[2].StartsWith('/') => ("GET", words[2]),
            3 => (words[2], "/"),
            _ => ("GET", "/"),
        };
        if (!path.StartsWith('/'))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{path}\" is no path", "a path begins with a slash", $"weft why {words[0]} {words[1]} {method} /{path}");
        }

        var port = run.Get(Port) == 0 ? 0 : run.GetWithin(Port, 1, ushort.MaxValue);
        return new WhyRequest(ServiceOf(run, words[0]), ServiceOf(run, words[1]), port, method, path, run.Get(Headers) ?? []);
    }

    /// <summary>"cart", "svc/cart", "shop/cart" or "svc/shop/cart" as "shop/cart".</summary>
    private static string ServiceOf(CommandRun run, string text)
    {
        var parts = text.Split('/');
        var bare = parts[0] is "svc" or "service" or "services" ? parts[1..] : parts;
        return bare.Length switch
        {
            1 when bare[0].Length > 0 => $"{run.Namespace}/{bare[0]}",
            2 when bare[0].Length > 0 && bare[1].Length > 0 => $"{bare[0]}/{bare[1]}",
            _ => throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{text}\" names no service", null, "write it as cart, svc/cart or shop/cart"),
        };
    }
}
