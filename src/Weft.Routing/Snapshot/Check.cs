using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Weft.Primitives.Net;

namespace Weft.Routing.Snapshot;

/// <summary>The checks that several resources share; each refuses with a sentence that names the field.</summary>
internal static class Check
{
    public const int MaxWeight = 1_000_000;
    private const uint MaxTimeoutMs = 24 * 3600 * 1000;
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>"namespace/name", both present.</summary>
    public static string ServiceName(string value, string field)
    {
        int slash = value.IndexOf('/');
        return slash > 0 && slash < value.Length - 1 && value.IndexOf('/', slash + 1) < 0
            ? value
            : throw Refused($"{field} \"{value}\" is not <namespace>/<name>");
    }

    public static ushort Port(uint value, string field)
        => value is > 0 and <= ushort.MaxValue ? (ushort)value : throw Refused($"{field} {value} is not a port (1..65535)");

    public static ushort PortOrZero(uint value, string field) => value == 0 ? (ushort)0 : Port(value, field);

    public static NetAddress Address(string value, string field)
        => NetAddress.TryParseHost(value, 0, out NetAddress address) ? address : throw Refused($"{field} \"{value}\" is not an IP address");

    /// <summary>A host name that no address looks like: labels of letters, digits and hyphens, a letter in the last one.</summary>
    public static bool IsHostName(string value)
    {
        const int nameMax = 253;
        const int labelMax = 63;
        string[] labels = value.Split('.');
        return value.Length is > 0 and <= nameMax && labels[^1].Any(char.IsAsciiLetter)
            && Array.TrueForAll(labels, static label => label.Length is > 0 and <= labelMax && label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }

    public static NetAddress? OptionalAddress(string value, string field) => value.Length == 0 ? null : Address(value, field);

    public static int Weight(uint value, string field)
        => value <= MaxWeight ? (int)value : throw Refused($"{field} {value} is more than {MaxWeight}");

    public static int TimeoutMs(uint value, uint whenZero, string field)
        => value <= MaxTimeoutMs ? (int)(value == 0 ? whenZero : value) : throw Refused($"{field} {value} is more than a day");

    public static T Known<T>(T value, string field)
        where T : struct, Enum
        => Enum.IsDefined(value) ? value : throw Refused($"{field} has the value {value:D} that this version does not know");

    /// <summary>A token (RFC 9110, 5.6.2), as field names and methods are.</summary>
    public static string Token(string value, string field)
        => value.Length is > 0 and <= 256 && value.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0
            ? value
            : throw Refused($"{field} \"{value}\" is not a token (RFC 9110, 5.6.2)");

    /// <summary>No control characters, so that a value cannot become two fields; no blanks around.</summary>
    public static string FieldValue(string value, string field)
    {
        foreach (char c in value)
        {
            if ((c < 0x20 && c != '\t') || c == 0x7f)
            {
                throw Refused($"{field} has a control character");
            }
        }

        return value.AsSpan().Trim(" \t").Length == value.Length ? value : throw Refused($"{field} has blanks around it");
    }

    public static void SameName(string name, string field, string value)
    {
        if (!string.Equals(name, value, StringComparison.Ordinal))
        {
            throw Refused($"{field} is \"{value}\" but the resource is named \"{name}\"");
        }
    }

    [DoesNotReturn]
    public static void Fail(string reason) => throw Refused(reason);

    public static RefusedException Refused(string reason) => new(reason);
}
