using System.Text;
using Weft.Primitives.Http;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>The headers of options with their values, as requests carry them.</summary>
internal sealed class OtlpFields
{
    /// <summary>Shorter values stand in many texts by chance.</summary>
    private const int SecretMin = 4;

    /// <summary>Characters of what a collector says that the log repeats.</summary>
    private const int TextMax = 500;

    private readonly (byte[] Name, byte[] Value)[] _fields;

    /// <exception cref="UsageException">A file cannot be read or holds no value.</exception>
    public OtlpFields(IReadOnlyList<OtlpHeader> headers)
    {
        _fields = [.. headers.Select(static header => (Encoding.ASCII.GetBytes(header.Name), header.ReadValue()))];
    }

    public void AddTo(MessageHead head)
    {
        foreach ((byte[] name, byte[] value) in _fields)
        {
            head.AddField(name, value);
        }
    }

    /// <summary>What a collector says, fit for the log: one that refuses a key may repeat it.</summary>
    public string Cover(string text)
    {
        foreach ((_, byte[] value) in _fields)
        {
            foreach (string part in Encoding.ASCII.GetString(value).Split(' '))
            {
                text = part.Length >= SecretMin ? text.Replace(part, "***", StringComparison.Ordinal) : text;
            }
        }

        return text.Length <= TextMax ? text : string.Concat(text.AsSpan(0, TextMax), "…");
    }
}
