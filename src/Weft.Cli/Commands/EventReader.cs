using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Weft.Cli.Commands;

/// <summary>Reads a stream of the control plane on over its interruptions. The first connection must succeed; a later one is tried again for as long as it takes.</summary>
internal static class EventReader
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);

    /// <summary>Never ends by itself.</summary>
    /// <param name="run">Is told of interruptions.</param>
    /// <param name="open">Opens the stream.</param>
    /// <param name="interrupted">Called when a connection is over, before the next one.</param>
    /// <param name="cancel">Ends it.</param>
    public static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        CommandRun run, Func<IAsyncEnumerable<SseItem<string>>> open, Action interrupted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var isOpen = false;
        while (true)
        {
            await using (var items = open().GetAsyncEnumerator(cancel))
            {
                while (await NextAsync(run, items, isOpen))
                {
                    isOpen = true;
                    yield return items.Current;
                }
            }

            run.Say("the control plane has ended the stream; connecting again");
            interrupted();
            await Task.Delay(ReconnectAfter, run.Host.Clock, cancel);
        }
    }

    private static async Task<bool> NextAsync(CommandRun run, IAsyncEnumerator<SseItem<string>> items, bool isOpen)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (CliException failure) when (isOpen && failure.ExitCode is ExitCode.Unreachable or ExitCode.Timeout)
        {
            run.Detail(failure.Findings[0].Message);
            return false;
        }
    }
}
