using System.Runtime.InteropServices;
using System.Text.Json;
using Weft.Load.Http;
using Weft.Load.Measuring;
using Weft.Load.Options;
using Weft.Load.Pacing;
using Weft.Load.Shop;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException problem)
{
    Console.Error.WriteLine($"error: {problem.Message}\n\n{LoadOptions.Usage}");
    return 64;
}

using CancellationTokenSource done = new();
IRequestKind[] kinds = options.Mode == "shop" ? ShopUsers.Create(options, done.Token) : PlainKinds(options);
using CancellationTokenSource asked = new();
OpenLoop loop = new(kinds, options.RatePerS, options.Timeout);
using PosixSignalRegistration onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopGracefully);
using PosixSignalRegistration onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopGracefully);

(string? failing, long rounds) = options.WarmUp > TimeSpan.Zero ? await WarmUp.RunAsync(kinds, options.Timeout, options.WarmUp, asked.Token) : (null, 0);
if (failing is not null)
{
    Console.Error.WriteLine($"not everything answered within {options.WarmUp.TotalSeconds:0} s ({failing}); counting begins all the same");
}

loop.Begin();
Task live = options.IsQuiet ? Task.CompletedTask : LiveLines.WriteAsync(loop, done.Token);
TimeSpan sending = await loop.RunAsync(options.For);
await done.CancelAsync();
await live;
Summary summary = Summary.Of(loop.Recorder, sending) with { WarmUpRounds = rounds };
Console.WriteLine(JsonSerializer.Serialize(summary, LoadJson.Default.Summary));
return summary.Lost > 0 ? 1 : 0;

void StopGracefully(PosixSignalContext signal)
{
    signal.Cancel = true;
    loop.Stop();
    asked.Cancel();
}

static IRequestKind[] PlainKinds(LoadOptions options)
{
    HttpCall[] calls = options.Paths.Count == 0 ? [HttpCall.Get(options.Url!)] : [.. options.Paths.Select(path => HttpCall.Get(new Uri(options.Url!, path)))];
    return [new HttpKind("http", 1, new HttpPool(options.Url!, options.Connections), number => calls[number % calls.Length])];
}
