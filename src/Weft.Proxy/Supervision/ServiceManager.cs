using System.Globalization;
using System.Text;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Supervision;

/// <summary>
/// Tells systemd how the process is, by datagrams to the socket in NOTIFY_SOCKET (sd_notify(3)). Without that variable, or when nobody listens, nothing happens:
/// no word to a supervisor is worth a failure. Any thread.
/// </summary>
internal sealed class ServiceManager
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogPidVariable = "WATCHDOG_PID";

    /// <summary>Under this name the listening sockets lie in the descriptor store.</summary>
    private const string StoreName = "weft";

    /// <summary>sizeof(sockaddr_un.sun_path).</summary>
    private const int PathMax = 108;

    private readonly byte[]? _address;
    private readonly TimeProvider _clock;

    private ServiceManager(byte[]? address, long watchdogUs, TimeProvider clock)
    {
        _address = address;
        WatchdogUs = watchdogUs;
        _clock = clock;
    }

    /// <summary>How long the process may be silent before systemd ends it, in microseconds; 0 without a watchdog.</summary>
    public long WatchdogUs { get; }

    public static ServiceManager Find(TimeProvider clock) =>
        Of(Environment.GetEnvironmentVariable, Environment.ProcessId, clock);

    /// <param name="variable">Looks up a variable of the environment.</param>
    /// <param name="processId">Of this process: a watchdog that was meant for another is not ours.</param>
    /// <param name="clock">The monotonic clock.</param>
    internal static ServiceManager Of(Func<string, string?> variable, int processId, TimeProvider clock)
    {
        byte[]? address = ReadAddress(variable(SocketVariable));
        bool isOurs = variable(WatchdogPidVariable) is not { Length: > 0 } pid || pid == processId.ToString(CultureInfo.InvariantCulture);
        bool hasWatchdog = long.TryParse(variable(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long watchdogUs);
        return new ServiceManager(address, address is not null && isOurs && hasWatchdog ? watchdogUs : 0, clock);
    }

    /// <summary>The process serves.</summary>
    public void Ready(string status) => Tell("READY=1\nSTATUS=" + OneLine(status));

    /// <summary>A successor is being started. The time lets systemd tell this word from one of before it asked (Type=notify-reload).</summary>
    public void Reloading()
        => Tell(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={(long)_clock.GetElapsedTime(0).TotalMicroseconds}\nSTATUS=starting a new process"));

    /// <summary>Another process is the service now. Only the one that was may say so.</summary>
    public void Replaced(int pid) => Tell(string.Create(CultureInfo.InvariantCulture, $"MAINPID={pid}\nREADY=1\nSTATUS=process {pid} has taken over"));

    /// <summary>The process ends.</summary>
    public void Stopping(string status) => Tell("STOPPING=1\nSTATUS=" + OneLine(status));

    /// <summary>The process is alive.</summary>
    public void Alive() => Tell("WATCHDOG=1");

    /// <summary>Leaves sockets with systemd, which gives them back when the service is started anew. It knows those that it has already.</summary>
    public void Store(ReadOnlySpan<int> descriptors)
    {
        for (int at = 0; at < descriptors.Length; at += DescriptorMessage.DescriptorsMax)
        {
            Tell($"FDSTORE=1\nFDPOLL=0\nFDNAME={StoreName}", descriptors[at..Math.Min(at + DescriptorMessage.DescriptorsMax, descriptors.Length)]);
        }
    }

    private void Tell(string state, ReadOnlySpan<int> descriptors = default)
    {
        if (_address is null)
        {
            return;
        }

        int socket = Libc.Socket(Libc.AfUnix, Libc.SockDgram | Libc.SockCloexec, 0);
        if (socket >= 0)
        {
            DescriptorMessage.Send(socket, Encoding.UTF8.GetBytes(state), descriptors, _address);
            Libc.Close(socket);
        }
    }

    /// <summary>sockaddr_un of a path, or of an abstract name, which begins with @ and has no zero byte at its end.</summary>
    private static byte[]? ReadAddress(string? text)
    {
        if (text is not ['/' or '@', _, ..] || Encoding.UTF8.GetByteCount(text) >= PathMax)
        {
            return null;
        }

        byte[] path = Encoding.UTF8.GetBytes(text);
        bool isAbstract = path[0] == (byte)'@';
        byte[] address = new byte[sizeof(ushort) + path.Length + (isAbstract ? 0 : 1)];
        BitConverter.TryWriteBytes(address, (ushort)Libc.AfUnix);
        path.CopyTo(address, sizeof(ushort));
        if (isAbstract)
        {
            address[sizeof(ushort)] = 0;
        }

        return address;
    }

    private static string OneLine(string text) => text.Replace('\n', ' ');
}
