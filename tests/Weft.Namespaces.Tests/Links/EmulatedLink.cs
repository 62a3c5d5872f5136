using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Weft.Namespaces.Tests.Links;

/// <summary>
/// A link between two network namespaces that can be made slow: a TUN device in each, and a thread that carries packets from one to the other after a delay and no
/// faster than a rate. Kernels without netem have no other way to do that to real TCP.
/// </summary>
internal sealed unsafe partial class EmulatedLink : IDisposable
{
    /// <summary>Packets on their way in one direction; more are dropped, as a router does.</summary>
    private const int QueueMax = 1_000;

    private const int Mtu = 1_500;
    private const uint TunSetIff = 0x400454ca;
    private const short TunWithoutHeader = 0x0001 | 0x1000;
    private const int CloneNewNet = 0x40000000;

    private readonly Thread _thread;
    private readonly ManualResetEventSlim _open = new();
    private readonly Direction _there = new();
    private readonly Direction _back = new();
    private volatile bool _isOver;
    private volatile int _oneWayUs;
    private volatile int _bytesPerSecond;
    private string? _fault;
    private readonly string _leftDevice;
    private readonly string _rightDevice;

    /// <param name="left">Namespace of one end.</param>
    /// <param name="leftAddress">Its address.</param>
    /// <param name="right">Namespace of the other.</param>
    /// <param name="rightAddress">Its address.</param>
    public EmulatedLink(string left, IPAddress leftAddress, string right, IPAddress rightAddress)
    {
        _leftDevice = DeviceOf(leftAddress);
        _rightDevice = DeviceOf(rightAddress);
        _thread = new Thread(() => Run(left, right)) { IsBackground = true, Name = "link" };
        _thread.Start();
        _open.Wait();
        if (_fault is not null)
        {
            throw new InvalidOperationException(_fault);
        }

        Configure(left, leftAddress, rightAddress);
        Configure(right, rightAddress, leftAddress);
    }

    /// <summary>Name of the device in a namespace whose other end has that address.</summary>
    private static string DeviceOf(IPAddress own) => "lk" + own.ToString().Replace(".", "", StringComparison.Ordinal);

    /// <summary>Adds to the round trip; half of it each way.</summary>
    public void SetRoundTrip(TimeSpan added) => _oneWayUs = (int)(added.TotalMicroseconds / 2);

    /// <summary>Bits a second, each way; 0: as fast as it goes.</summary>
    public void SetRate(int bitsPerSecond) => _bytesPerSecond = bitsPerSecond / 8;

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        _open.Dispose();
    }

    /// <summary>Runs inside a namespace: sockets that it opens stay there, whoever uses them later.</summary>
    public static T Inside<T>(string netns, Func<T> action)
    {
        T result = default!;
        Exception? failed = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter(netns);
                result = action();
            }
            catch (Exception wrong)
            {
                failed = wrong;
            }
        });
        thread.Start();
        thread.Join();
        return failed is null ? result : throw failed;
    }

    private static void Configure(string netns, IPAddress own, IPAddress peer)
    {
        string device = DeviceOf(own);
        foreach (string command in (string[])[$"addr add {own} peer {peer} dev {device}", $"link set {device} up", "link set lo up"])
        {
            using Process ip = Process.Start("ip", ["-n", netns, .. command.Split(' ')]);
            ip.WaitForExit();
            if (ip.ExitCode != 0)
            {
                throw new InvalidOperationException($"ip -n {netns} {command} failed");
            }
        }
    }

    private static void Enter(string netns)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle($"/run/netns/{netns}");
        if (SetNs((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
        {
            throw new InvalidOperationException($"setns {netns}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static int OpenTun(string netns, string name)
    {
        Enter(netns);
        int descriptor = Open("/dev/net/tun", 2 | 0x800 | 0x80000);
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        System.Text.Encoding.ASCII.GetBytes(name, new Span<byte>(request, 15));
        *(short*)(request + 16) = TunWithoutHeader;
        if (descriptor < 0 || Ioctl(descriptor, TunSetIff, request) != 0)
        {
            throw new InvalidOperationException($"TUN device {name}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return descriptor;
    }

    private void Run(string left, string right)
    {
        int a;
        int b;
        try
        {
            a = OpenTun(left, _leftDevice);
            b = OpenTun(right, _rightDevice);
        }
        catch (Exception wrong)
        {
            _fault = wrong.Message;
            _open.Set();
            return;
        }

        _open.Set();
        byte[] packet = new byte[Mtu + 100];
        PollRequest* polls = stackalloc PollRequest[2];
        while (!_isOver)
        {
            polls[0] = new PollRequest { Descriptor = a, Wanted = 1, Found = 0 };
            polls[1] = new PollRequest { Descriptor = b, Wanted = 1, Found = 0 };
            Poll(polls, 2, Math.Min(_there.WaitMs(), _back.WaitMs()));
            Receive(a, _there, packet);
            Receive(b, _back, packet);
            Deliver(b, _there);
            Deliver(a, _back);
        }

        Close(a);
        Close(b);
    }

    private void Receive(int descriptor, Direction direction, byte[] packet)
    {
        fixed (byte* start = packet)
        {
            while (Read(descriptor, start, (nuint)packet.Length) is > 0 and nint length)
            {
                direction.Add(packet.AsSpan(0, (int)length), _oneWayUs, _bytesPerSecond);
            }
        }
    }

    private static void Deliver(int descriptor, Direction direction)
    {
        while (direction.TakeDue() is { } packet)
        {
            fixed (byte* start = packet)
            {
                Write(descriptor, start, (nuint)packet.Length);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollRequest* requests, nuint count, int timeoutMs);

    private struct PollRequest
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    /// <summary>Packets on their way, first come first served.</summary>
    private sealed class Direction
    {
        private readonly Queue<(long DueTicks, byte[] Packet)> _queue = new();
        private long _freeTicks;

        public int WaitMs()
        {
            if (_queue.Count == 0)
            {
                return 50;
            }

            // Rounded down and asked again: what is due within a millisecond is waited for by looking.
            return (int)Math.Clamp((_queue.Peek().DueTicks - Stopwatch.GetTimestamp()) * 1_000 / Stopwatch.Frequency, 0, 50);
        }

        public void Add(ReadOnlySpan<byte> packet, int delayUs, int bytesPerSecond)
        {
            if (_queue.Count >= QueueMax)
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            long sendTicks = bytesPerSecond == 0 ? 0 : packet.Length * Stopwatch.Frequency / bytesPerSecond;
            _freeTicks = Math.Max(now, _freeTicks) + sendTicks;
            _queue.Enqueue((_freeTicks + (delayUs * Stopwatch.Frequency / 1_000_000), packet.ToArray()));
        }

        public byte[]? TakeDue() => _queue.Count > 0 && _queue.Peek().DueTicks <= Stopwatch.GetTimestamp() ? _queue.Dequeue().Packet : null;
    }
}
