using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weft.Cli.Host;

/// <summary>Makes sockets that live in another network namespace. A socket belongs to the namespace of the thread that made it, and to no other afterwards.</summary>
internal static class NamespaceSocket
{
    /// <summary>Makes a TCP socket inside. The thread that enters the namespace ends with the call, so no other work ever runs in there.</summary>
    /// <exception cref="Win32Exception">The namespace is gone, or we may not enter it.</exception>
    public static Socket Create(NetworkNamespace netns, AddressFamily family = AddressFamily.InterNetwork)
    {
        if (netns.Path is null)
        {
            return new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        }

        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(netns.Path);
                socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true, Name = "weft-netns" };
        thread.Start();
        thread.Join();
        return socket ?? throw failure!;
    }

    /// <summary>A client whose connections start inside.</summary>
    public static HttpClient Http(NetworkNamespace netns, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancel) =>
        {
            Socket socket = Create(netns);
            try
            {
                await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = timeout };

    private static void Enter(string path)
    {
        int fd = Native.open(path, Native.OpenReadOnly | Native.OpenCloseOnExec);
        if (fd < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{path} cannot be opened");
        }

        int result = Native.setns(fd, Native.CloneNewNet);
        int error = Marshal.GetLastPInvokeError();
        _ = Native.close(fd);
        if (result != 0)
        {
            throw new Win32Exception(error, $"{path} cannot be entered");
        }
    }
}
