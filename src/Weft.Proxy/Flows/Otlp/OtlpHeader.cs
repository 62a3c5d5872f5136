using System.Buffers;
using System.Text;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// A header that requests to a collector carry besides their own, as an option says it: NAME=VALUE, or NAME=@FILE, so that a secret does not stand in the list of
/// processes. No text that is made here has the value in it.
/// </summary>
internal sealed class OtlpHeader
{
    private const int NameMax = 128;

    /// <summary>Longest value, in characters.</summary>
    private const int ValueMax = 4_096;

    /// <summary>tchar (RFC 9110, 5.6.2) without capitals: names are written as HTTP/2 has them.</summary>
    private static readonly SearchValues<char> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>Fields of one connection (RFC 9110, 7.6.1; RFC 9113, 8.2.2) and those that say what the request is: they are the exporter's own.</summary>
    private static readonly string[] s_own =
    [
        "connection", "keep-alive", "proxy-connection", "proxy-authorization", "transfer-encoding", "te", "trailer", "upgrade", "http2-settings", "expect",
        "host", "content-type", "content-length", "content-encoding", "user-agent",
    ];

    private readonly string? _value;
    private readonly string _option;

    private OtlpHeader(string option, string name, string? value, string? file)
    {
        _option = option;
        Name = name;
        _value = value;
        File = file;
    }

    /// <summary>In small letters.</summary>
    public string Name { get; }

    /// <summary>Where the value is, if it is in a file.</summary>
    public string? File { get; }

    /// <exception cref="UsageException">It is no header, or one that the exporter sets itself.</exception>
    public static OtlpHeader Parse(string option, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals].Trim().ToLowerInvariant();
        if (name.Length is 0 or > NameMax || name.AsSpan().ContainsAnyExcept(s_token))
        {
            // The text may be a secret without its name.
            throw new UsageException($"{option}: the name is not that of a header; write {option} NAME=VALUE or NAME=@FILE, such as authorization=@/run/secrets/otlp");
        }

        if (s_own.Contains(name) || name.StartsWith("grpc-", StringComparison.Ordinal))
        {
            throw new UsageException($"{option}: \"{name}\" is set by the proxy itself; leave it away");
        }

        string value = text[(equals + 1)..].Trim(' ', '\t');
        return value.StartsWith('@') ? new OtlpHeader(option, name, null, value[1..]) : new OtlpHeader(option, name, Checked(option, $"the value of \"{name}\"", value, ExitCodes.Usage), null);
    }

    /// <summary>The value; reads the file, if it is in one.</summary>
    /// <exception cref="UsageException">The file cannot be read or holds no value.</exception>
    public byte[] ReadValue()
    {
        string value = _value ?? Checked(_option, $"{File}: the value of \"{Name}\"", Encoding.Latin1.GetString(OtlpFiles.Read(_option, File!, ValueMax + 2)).Trim(' ', '\t', '\r', '\n'), ExitCodes.BadInput);
        return Encoding.ASCII.GetBytes(value);
    }

    public override string ToString() => Name;

    private static string Checked(string option, string what, string value, int exitCode)
        => value.Length is > 0 and <= ValueMax && !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? value
            : throw new UsageException($"{option}: {what} is not one line of 1 to {ValueMax} visible ASCII characters", exitCode);
}
