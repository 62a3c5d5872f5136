using System.Globalization;
using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary>This program itself as a client that makes a new connection for every request.</summary>
internal sealed class HandshakeLoad(int callers, Certificates certificates, int? processor) : ILoad
{
    public async Task<LoadResult> RunAsync(int port, int seconds)
    {
        string output = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(seconds + 20),
            processor,
            Environment.ProcessPath!, "handshakes", Text(port), Text(callers), Text(seconds), certificates.Certificate("client"), certificates.Key("client"));
        string[] words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new LoadResult(long.Parse(words[0], NumberStyles.None, CultureInfo.InvariantCulture), seconds, Number(words[1]), Number(words[2]));
    }

    private static double Number(string word) => double.Parse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
