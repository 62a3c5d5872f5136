using System.Runtime.InteropServices;

namespace Weft.Proxy.Engine;

/// <content>The memory of the C library, and the processor's clock.</content>
internal static unsafe partial class Libc
{
    private const int ClockProcessCpuTime = 2;
    private const int AdviceDontNeed = 4;
    private const uint SegmentLoad = 1;
    private const uint SegmentWritable = 2;

    private static readonly delegate* unmanaged<nuint, int> s_mallocTrim = FindMallocTrim();

    /// <summary>User and system time of all threads of this process, in microseconds.</summary>
    public static long ProcessCpuUs()
    {
        long* time = stackalloc long[2];
        return ClockGetTime(ClockProcessCpuTime, time) == 0 ? (time[0] * 1_000_000) + (time[1] / 1000) : 0;
    }

    /// <summary>Gives free pages of the C library's heap back to the kernel (malloc_trim(3)), where that library can.</summary>
    public static void TrimHeap()
    {
        if (s_mallocTrim is not null)
        {
            s_mallocTrim(0);
        }
    }

    /// <summary>
    /// Takes the pages of programs and libraries that are never written to out of this process. They stay in the kernel's cache, and what is needed again
    /// comes back with a fault that reads no disk; most of them only the start has needed, or nobody: the kernel maps sixteen pages around each that is.
    /// </summary>
    public static void UnmapProgramPages()
    {
        delegate* unmanaged<ProgramInfo*, nuint, void*, int> unmap = &UnmapPagesOf;
        DlIteratePhdr((nint)unmap, null);
    }

    /// <summary>Segments that may be written to, and with them what the linker made read-only after it had relocated it, are left alone.</summary>
    [UnmanagedCallersOnly]
    private static int UnmapPagesOf(ProgramInfo* program, nuint size, void* argument)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        for (int i = 0; i < program->Count; i++)
        {
            ref readonly ProgramHeader segment = ref program->Headers[i];
            if (segment.Type == SegmentLoad && (segment.Flags & SegmentWritable) == 0)
            {
                nuint start = (program->Base + segment.Address) & ~(page - 1);
                nuint end = (program->Base + segment.Address + segment.FileSize + page - 1) & ~(page - 1);
                Madvise((void*)start, end - start, AdviceDontNeed);
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "dl_iterate_phdr")]
    private static partial int DlIteratePhdr(nint callback, void* argument);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);

    /// <summary>Only the GNU library has it.</summary>
    private static delegate* unmanaged<nuint, int> FindMallocTrim()
        => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out nint address) ? (delegate* unmanaged<nuint, int>)address : null;

    /// <summary>The beginning of struct dl_phdr_info (link.h).</summary>
    private readonly struct ProgramInfo
    {
        public nuint Base { get; }

        public nint Name { get; }

        public ProgramHeader* Headers { get; }

        public ushort Count { get; }
    }

    /// <summary>Elf64_Phdr (elf.h).</summary>
    private readonly struct ProgramHeader
    {
        public uint Type { get; }

        public uint Flags { get; }

        public ulong Offset { get; }

        public nuint Address { get; }

        public nuint PhysicalAddress { get; }

        public nuint FileSize { get; }

        public nuint MemorySize { get; }

        public nuint Alignment { get; }
    }
}
