using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.Wire.Tests.Twins;

/// <summary>A second, slow and obvious reader of HTTP/1.1 request heads, written from the grammar with strings and expressions.</summary>
internal static partial class NaiveHead
{
    internal sealed record Result(
        string Method, string Path, string Authority, string Framing, long Length, bool KeepAlive, string Protocol, string Fields, string Kept, int Consumed);

    /// <summary>Null when the head is refused or incomplete.</summary>
    internal static Result? Read(byte[] input, HeadLimits limits)
    {
        string all = Encoding.Latin1.GetString(input);
        string text = all.StartsWith("\r\n", StringComparison.Ordinal) ? all[2..] : all;
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string[] lines = text[..end].Split("\r\n");
        Match start = StartLine().Match(lines[0]);
        int fieldBytes = lines.Skip(1).Sum(line => line.Length + 2);
        if (!start.Success || lines[0].Length > limits.StartLine || lines.Length - 1 > limits.Fields || fieldBytes > limits.FieldBytes)
        {
            return null;
        }

        List<(string Name, string Value)> fields = [];
        foreach (string line in lines.Skip(1))
        {
            Match field = FieldLine().Match(line);
            if (!field.Success)
            {
                return null;
            }

            fields.Add((field.Groups[1].Value, field.Groups[2].Value));
        }

        return Judge(start.Groups[1].Value, start.Groups[2].Value, start.Groups[3].Value == "1", fields, all.Length - text.Length + end + 4);
    }

    private static Result? Judge(string method, string target, bool isHttp11, List<(string Name, string Value)> fields, int consumed)
    {
        string[] hosts = Values(fields, "host");
        string[] lengths = Values(fields, "content-length");
        string[] codings = Values(fields, "transfer-encoding");
        string[] options = [.. Values(fields, "connection").SelectMany(v => v.Split(',')).Select(o => o.Trim(' ', '\t')).Where(o => o != "")];
        bool Has(string option) => options.Contains(option, StringComparer.OrdinalIgnoreCase);
        if (hosts.Length > 1 || (hosts.Length == 0 && isHttp11) || (hosts.Length == 1 && hosts[0] != "" && !IsAuthority(hosts[0])))
        {
            return null;
        }

        if (options.Length > 16 || !options.All(o => Token().IsMatch(o)) || Has("host") || Has("content-length"))
        {
            return null;
        }

        if (lengths.Length + codings.Length > 1 || (codings.Length == 1 && (!isHttp11 || !Same(codings[0], "chunked"))))
        {
            return null;
        }

        if (lengths.Length == 1 && (!Digits().IsMatch(lengths[0]) || long.Parse(lengths[0], CultureInfo.InvariantCulture) > 1L << 53))
        {
            return null;
        }

        (string Path, string Authority)? place = Place(method, target, hosts.Length == 1 ? hosts[0] : null);
        if (place is null || (method == "CONNECT" && (codings.Length == 1 || (lengths.Length == 1 && lengths[0].Trim('0') != ""))))
        {
            return null;
        }

        string? protocol = isHttp11 && Has("upgrade") ? Protocol(Values(fields, "upgrade").FirstOrDefault(v => v != "") ?? "") : "";
        if (protocol is null)
        {
            return null;
        }

        string framing = codings.Length == 1 ? "Chunked" : lengths.Length == 1 ? "Length" : "None";
        long length = lengths.Length == 1 ? long.Parse(lengths[0], CultureInfo.InvariantCulture) : -1;
        return new Result(
            method, place.Value.Path, place.Value.Authority, framing, length, !Has("close") && (isHttp11 || Has("keep-alive")), method == "CONNECT" ? "" : protocol,
            string.Join('|', fields.Select(f => $"{f.Name}={f.Value}")),
            string.Join('|', fields.Where(f => IsKept(f.Name, f.Value, options)).Select(f => $"{f.Name}: {f.Value}")), consumed);
    }

    private static bool IsKept(string name, string value, string[] options) => name.ToLowerInvariant() switch
    {
        "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or "upgrade" or "http2-settings" => false,
        "te" => Same(value, "trailers"),
        "host" or "content-length" or "close" => true,
        _ => !options.Contains(name, StringComparer.OrdinalIgnoreCase),
    };

    private static (string Path, string Authority)? Place(string method, string target, string? host)
    {
        if (method == "CONNECT")
        {
            return IsAuthority(target) && PortAtEnd().IsMatch(target) && (host is null || Agree(target, host, null)) ? ("", target) : null;
        }

        if (target[0] == '/')
        {
            return (target, host ?? "");
        }

        if (target == "*")
        {
            return method == "OPTIONS" ? ("*", host ?? "") : null;
        }

        Match absolute = Absolute().Match(target);
        if (!absolute.Success || !IsAuthority(absolute.Groups[2].Value))
        {
            return null;
        }

        string path = absolute.Groups[3].Value;
        path = path == "" ? (method == "OPTIONS" ? "*" : "/") : path[0] == '?' ? "/" + path : path;
        string authority = absolute.Groups[2].Value;
        return host is null || Agree(authority, host, Same(absolute.Groups[1].Value, "https") ? "443" : "80") ? (path, authority) : null;
    }

    private static bool Agree(string one, string other, string? defaultPort)
    {
        if (!IsAuthority(other))
        {
            return one == other;
        }

        (string hostOne, string portOne) = Split(one);
        (string hostOther, string portOther) = Split(other);
        string first = portOne == "" ? defaultPort ?? portOther : portOne;
        string second = portOther == "" ? defaultPort ?? portOne : portOther;
        return Same(hostOne, hostOther) && first == second;
    }

    private static (string Host, string Port) Split(string authority)
    {
        Match port = PortAtEnd().Match(authority);
        return port.Success ? (authority[..port.Index], port.Value[1..]) : (authority, "");
    }

    private static bool IsAuthority(string text)
    {
        (string host, string port) = Split(text);
        return Host().IsMatch(host) && (port == "" || (port.Length <= 5 && int.Parse(port, CultureInfo.InvariantCulture) <= 65535));
    }

    private static string? Protocol(string list)
    {
        // A list that ends with a comma has nothing after it.
        string[] items = list == "" ? [] : (list.EndsWith(',') ? list[..^1] : list).Split(',');
        foreach (string item in items)
        {
            string protocol = item.Trim(' ', '\t');
            if (!ProtocolToken().IsMatch(protocol))
            {
                return null;
            }

            if (!Same(protocol, "h2c"))
            {
                return protocol;
            }
        }

        return "";
    }

    private static string[] Values(List<(string Name, string Value)> fields, string name)
        => [.. fields.Where(f => Same(f.Name, name)).Select(f => f.Value)];

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([^\x00-\x20\x7f#]+) HTTP/1\.([01])\z")]
    private static partial Regex StartLine();

    [GeneratedRegex(@"\A([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[^\x00-\x1f\x7f \t](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x1f\x7f \t])?)?)[ \t]*\z")]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z")]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)?\z")]
    private static partial Regex ProtocolToken();

    [GeneratedRegex(@"\A[0-9]{1,16}\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@":[0-9]+\z")]
    private static partial Regex PortAtEnd();

    [GeneratedRegex(@"\A(https?)://([^/?]*)(.*)\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Absolute();

    [GeneratedRegex(@"\A(?:\[[0-9A-Fa-f:.]{2,}\]|[\-._~!$&'()*+,;=0-9A-Za-z]+)\z")]
    private static partial Regex Host();
}
