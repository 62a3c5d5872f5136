using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weft.Primitives.Http;
using Weft.Proxy.Flows;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds the reading of trace contexts against regular expressions: W3C Trace Context, 3.2, and B3's single header.</summary>
internal static partial class TraceOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray(),
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"u8.ToArray(),
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"u8.ToArray(),
        "00-00000000000000000000000000000000-b7ad6b7169203331-01"u8.ToArray(),
        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90"u8.ToArray(),
        "e457b5a2e4d86bd1-e457b5a2e4d86bd1-d"u8.ToArray(),
        "0"u8.ToArray(),
    ];

    internal static bool Check(byte[] input)
    {
        if (input.AsSpan().ContainsAny((byte)0, (byte)'\r', (byte)'\n'))
        {
            return false;
        }

        string text = Encoding.Latin1.GetString(input);
        return Check("traceparent", input, W3C().Match(text)) | Check("b3", input, B3().Match(text));
    }

    private static bool Check(string name, byte[] value, Match twin)
    {
        MessageHead head = new();
        head.AddField(Encoding.ASCII.GetBytes(name), value);
        RequestTrace trace = default;
        trace.ReadHead(head, trusts: false);
        UInt128 id = Hex(twin.Groups["trace"].Value);
        ulong span = (ulong)Hex(twin.Groups["span"].Value);
        bool isContext = twin.Success && id != 0 && span != 0;
        DisagreementException.UnlessEqual(isContext, trace.HasContext, $"whether {name} is a context");
        if (isContext)
        {
            DisagreementException.UnlessEqual(id, trace.TraceId, "the trace");
            DisagreementException.UnlessEqual(span, trace.ParentSpanId, "the span");
            bool samples = name == "b3" ? twin.Groups["state"].Value is ['1' or 'd', ..] : (Hex(twin.Groups["flags"].Value) & 1) != 0;
            DisagreementException.UnlessEqual(samples, trace.CallerSamples, "whether the trace is kept");
        }

        return isContext;
    }

    private static UInt128 Hex(string digits) => digits.Length == 0 ? 0 : UInt128.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?!ff)..-(?<trace>[0-9a-fA-F]{32})-(?<span>[0-9a-fA-F]{16})-(?<flags>[0-9a-fA-F]{2})(?:\z|(?<!\A00.{53})-)", RegexOptions.Singleline)]
    private static partial Regex W3C();

    [GeneratedRegex(@"\A(?<trace>[0-9a-fA-F]{16}|[0-9a-fA-F]{32})-(?<span>[0-9a-fA-F]{16})(?:\z|-(?<state>.?))", RegexOptions.Singleline)]
    private static partial Regex B3();
}
