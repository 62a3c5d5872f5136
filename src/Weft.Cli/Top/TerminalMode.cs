using System.Runtime.InteropServices;

namespace Weft.Cli.Top;

/// <summary>The settings of a terminal (termios(3)), as the kernel keeps them: the same bytes on x86-64 and arm64.</summary>
internal sealed unsafe partial class TerminalMode
{
    // struct termios of glibc and musl: four words of flags, the line discipline, 32 control characters, two speeds.
    private const int Size = 64;
    private const int LocalFlags = 12;
    private const int ControlCharacters = 17;
    private const int TimeIndex = 5;
    private const int MinimumIndex = 6;
    private const uint Canonical = 0x2;
    private const uint Echo = 0x8;
    private const int Now = 0;
    private const ulong GetWindowSize = 0x5413;
    private const short PollIn = 1;
    private const int SignalStop = 19;

    private readonly byte[] _before;

    private TerminalMode(byte[] before) => _before = before;

    /// <summary>The settings that a terminal has; null when the descriptor is none.</summary>
    public static TerminalMode? Of(int fd)
    {
        var settings = new byte[Size];
        fixed (byte* at = settings)
        {
            return tcgetattr(fd, at) == 0 ? new TerminalMode(settings) : null;
        }
    }

    /// <summary>Keys come one by one and are not echoed. Ctrl-C and its kin stay signals.</summary>
    public void SetKeys(int fd)
    {
        var settings = (byte[])_before.Clone();
        var flags = MemoryMarshal.Cast<byte, uint>(settings.AsSpan(LocalFlags, sizeof(uint)));
        flags[0] &= ~(Canonical | Echo);
        settings[ControlCharacters + MinimumIndex] = 1;
        settings[ControlCharacters + TimeIndex] = 0;
        Set(fd, settings);
    }

    /// <summary>What there was before.</summary>
    public void Restore(int fd) => Set(fd, _before);

    /// <summary>Columns and rows; 80 and 24 when the terminal does not know them.</summary>
    public static (int Columns, int Rows) SizeOf(int fd)
    {
        var size = stackalloc ushort[4];
        return ioctl(fd, GetWindowSize, size) == 0 && size[0] > 0 && size[1] > 0 ? (size[1], size[0]) : (80, 24);
    }

    /// <summary>Whether something can be read within a time.</summary>
    public static bool CanRead(int fd, int ms)
    {
        var entry = new PollEntry { Descriptor = fd, Events = PollIn };
        return poll(&entry, 1, ms) > 0;
    }

    /// <summary>What is there; 0 at the end, less than 0 on an error.</summary>
    public static int Read(int fd, Span<byte> into)
    {
        fixed (byte* at = into)
        {
            return (int)read(fd, at, (nuint)into.Length);
        }
    }

    /// <summary>Stops this process until somebody continues it.</summary>
    public static void StopProcess() => _ = kill(Environment.ProcessId, SignalStop);

    private static void Set(int fd, byte[] settings)
    {
        fixed (byte* at = settings)
        {
            _ = tcsetattr(fd, Now, at);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fd, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fd, int when, byte* settings);

    // Its variable arguments go in registers as any others do on the systems that Weft runs on.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, ulong request, ushort* size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, ulong count, int ms);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* into, nuint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Answered;
    }
}
