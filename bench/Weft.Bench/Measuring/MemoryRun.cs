using System.Net;
using System.Net.Sockets;
using System.Text;
using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary>Measures memory: started and left alone, then with many connections that each made one request and stay open.</summary>
internal sealed class MemoryRun(BenchOptions options)
{
    private const int Connections = 1_000;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);
    private static readonly byte[] s_request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

    public async Task<MemoryRow> RunAsync(Contender contender)
    {
        List<ChildProcess> processes = [];
        List<Socket> sockets = [];
        try
        {
            foreach (Launch launch in contender.Launches)
            {
                processes.Add(ChildProcess.Start(contender.Name, options.ProxyProcessor, launch.Command));
                await Loopback.WaitForAsync(launch.Port, processes[^1]);
            }

            await Task.Delay(s_settle);
            long idle = processes.Sum(process => process.ResidentKiB);
            for (int i = 0; i < Connections; i++)
            {
                sockets.Add(await AskOnceAsync(contender.Launches[^1].Port));
            }

            await Task.Delay(s_settle);
            return new MemoryRow(contender.Name, idle, processes.Sum(process => process.ResidentKiB), Connections);
        }
        catch (Exception failure) when (failure is InvalidOperationException or SocketException or IOException or System.ComponentModel.Win32Exception)
        {
            return new MemoryRow(contender.Name, 0, 0, 0, failure.Message.Split('\n')[0]);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
            processes.ForEach(process => process.Dispose());
        }
    }

    private static async Task<Socket> AskOnceAsync(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        await socket.SendAsync(s_request, limit.Token);
        byte[] answer = new byte[4096];
        int read = await socket.ReceiveAsync(answer, limit.Token);
        return answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8) ? socket : throw new IOException("the answer is not 200");
    }
}
