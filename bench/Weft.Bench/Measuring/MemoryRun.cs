using System.Net.Sockets;
using System.Security.Authentication;
using Weft.Bench.Clients;
using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary>Measures memory: started and left alone, then with more and more connections that each made one request and stay open.</summary>
internal sealed class MemoryRun(BenchOptions options, Certificates certificates)
{
    // Long enough for a proxy that gives buffers back only when a connection has been idle for a moment.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    public async Task<MemoryRow> RunAsync(Contender contender, MemoryKind kind)
    {
        List<ChildProcess> processes = [];
        List<MemoryStep> steps = [];
        using IdleConnections connections = new(contender.Port, kind, certificates);
        try
        {
            foreach (Launch launch in contender.Launches)
            {
                processes.Add(ChildProcess.Start(contender.Name, options.ProxyProcessor, launch.Command));
                await Loopback.WaitForAsync(launch.Port, processes[^1]);
            }

            await Task.Delay(s_settle);
            long idle = processes.Sum(process => process.ResidentKiB);
            foreach (int count in options.IdleConnections)
            {
                await connections.GrowToAsync(count);
                await Task.Delay(s_settle);
                steps.Add(new MemoryStep(count, processes.Sum(process => process.ResidentKiB)));
            }

            return new MemoryRow(contender.Name, contender.Role, kind, idle, steps);
        }
        catch (Exception failure) when (failure is InvalidOperationException or SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            Console.Error.WriteLine($"  {contender.Name}: {failure.Message}");
            return new MemoryRow(contender.Name, contender.Role, kind, 0, [], failure.Message.Split('\n')[0]);
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }
}
