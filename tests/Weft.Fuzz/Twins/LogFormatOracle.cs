using System.Text;
using Weft.Proxy;
using Weft.Proxy.Flows.AccessLogs;

namespace Weft.Fuzz.Twins;

/// <summary>Formats of access logs: understood, or refused with the one error that people are shown.</summary>
internal static class LogFormatOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        Encoding.UTF8.GetBytes(TextLogFormat.Default),
        "%REQ(X-A?X-B):10% %RESP(content-type)% %% %START_TIME(%s)%"u8.ToArray(),
        "%DURATION"u8.ToArray(),
    ];

    internal static bool Check(byte[] input)
    {
        try
        {
            TextLogFormat.Parse(Encoding.UTF8.GetString(input));
            return true;
        }
        catch (UsageException)
        {
            return false;
        }
    }
}
