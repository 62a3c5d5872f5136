using System.Globalization;
using Weft.Primitives.Net;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy;

/// <summary>Reads <c>--name value</c> and <c>--name=value</c> in order; values are checked where they are asked for.</summary>
internal sealed class OptionReader(string command, IReadOnlyList<string> arguments)
{
    private int _next;

    /// <summary>The option that <see cref="Next"/> found last, with its dashes.</summary>
    public string Name { get; private set; } = "";

    private string? _inlineValue;

    public bool Next()
    {
        if (_inlineValue is not null)
        {
            throw new UsageException($"{Name} takes no value, but got \"{_inlineValue}\"");
        }

        if (_next >= arguments.Count)
        {
            return false;
        }

        string argument = arguments[_next++];
        if (!argument.StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException($"unexpected argument \"{argument}\": options start with --; see weft-proxy {command} --help");
        }

        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        Name = equals < 0 ? argument : argument[..equals];
        _inlineValue = equals < 0 ? null : argument[(equals + 1)..];
        return true;
    }

    public string Text()
    {
        if (_inlineValue is { } value)
        {
            _inlineValue = null;
            return value.Length > 0 ? value : throw new UsageException($"{Name} has an empty value");
        }

        return _next < arguments.Count ? arguments[_next++] : throw new UsageException($"{Name} needs a value");
    }

    /// <summary>Takes a following word as the value only if the option was written with "=".</summary>
    public void Flag()
    {
        if (_inlineValue is not null)
        {
            throw new UsageException($"{Name} takes no value");
        }
    }

    public NetAddress Address()
    {
        string text = Text();
        return NetAddress.TryParse(text, out NetAddress address)
            ? address
            : throw new UsageException($"{Name}: \"{text}\" is not an address; write 127.0.0.1:9001, [::1]:9001 or unix:/path");
    }

    /// <summary>An address, or a host name with a port.</summary>
    public UpstreamPlace Place()
    {
        string text = Text();
        return UpstreamPlace.TryParse(text, out UpstreamPlace place)
            ? place
            : throw new UsageException($"{Name}: \"{text}\" is not an address; write 127.0.0.1:9001, [::1]:9001, host.example:9001 or unix:/path");
    }

    public int Number(int least, int most)
    {
        string text = Text();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{Name}: \"{text}\" is not a whole number from {least} to {most}");
    }

    public T OneOf<T>(params (string Word, T Value)[] choices)
    {
        string text = Text();
        foreach ((string word, T value) in choices)
        {
            if (word == text)
            {
                return value;
            }
        }

        throw new UsageException($"{Name}: \"{text}\" is none of {string.Join(", ", choices.Select(choice => choice.Word))}");
    }

    public UsageException Unknown(IEnumerable<string> known)
    {
        string? near = known.OrderBy(option => Distance(option, Name)).FirstOrDefault();
        string hint = near is not null && Distance(near, Name) <= 3 ? $"; did you mean {near}?" : "";
        return new UsageException($"unknown option {Name}{hint} See weft-proxy {command} --help");
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
