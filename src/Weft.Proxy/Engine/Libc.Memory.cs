using System.Runtime.InteropServices;

namespace Weft.Proxy.Engine;

/// <content>The memory of the C library, and the processor's clock.</content>
internal static unsafe partial class Libc
{
    private const int ClockProcessCpuTime = 2;
    private const int AdviceDontNeed = 4;
    private const uint SegmentLoad = 1;
    private const uint SegmentWritable = 2;

    /// <summary>A page in RAM (bit 63) that is the file's own (bit 61) and no copy made for a write.</summary>
    private const ulong PageUnwritten = (1UL << 63) | (1UL << 61);

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
        int pageMap = OpenPageMap();
        if (pageMap >= 0)
        {
            delegate* unmanaged<ProgramInfo*, nuint, void*, int> unmap = &UnmapPagesOf;
            DlIteratePhdr((nint)unmap, &pageMap);
            Close(pageMap);
        }
    }

    /// <summary>
    /// Unmaps the pages of a private mapping that are as the file has them. What was written to stays: for the process it exists nowhere else. Read-only
    /// segments have such pages too: the runtime writes the value that guards stacks among its constants, and then forbids writing.
    /// </summary>
    /// <param name="start">First address, at the beginning of a page.</param>
    /// <param name="end">The address after the last page.</param>
    /// <param name="pageMap">What <see cref="OpenPageMap"/> gave.</param>
    internal static void UnmapUnwrittenPages(nuint start, nuint end, int pageMap)
    {
        const int AtOnce = 256;
        ulong* entries = stackalloc ulong[AtOnce];
        nuint page = (nuint)Environment.SystemPageSize;
        while (start < end)
        {
            nuint count = Math.Min((end - start) / page, AtOnce);
            if (ReadAt(pageMap, (byte*)entries, count * sizeof(ulong), (long)(start / page * sizeof(ulong))) != (nint)(count * sizeof(ulong)))
            {
                return;
            }

            for (nuint first = 0, next; first < count; first = next + 1)
            {
                next = first;
                while (next < count && (entries[next] & PageUnwritten) == PageUnwritten)
                {
                    next++;
                }

                if (next > first)
                {
                    Madvise((void*)(start + (first * page)), (next - first) * page, AdviceDontNeed);
                }
            }

            start += count * page;
        }
    }

    /// <summary>The kernel's table of this process's pages (proc_pid_pagemap(5)); negative where it cannot be read.</summary>
    internal static int OpenPageMap()
    {
        fixed (byte* path = "/proc/self/pagemap\0"u8)
        {
            return Open(path, OpenCloexec, 0);
        }
    }

    /// <summary>Segments that may be written to, and with them what the linker made read-only after it had relocated it, are left alone.</summary>
    [UnmanagedCallersOnly]
    private static int UnmapPagesOf(ProgramInfo* program, nuint size, void* pageMap)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        for (int i = 0; i < program->Count; i++)
        {
            ref readonly ProgramHeader segment = ref program->Headers[i];
            if (segment.Type == SegmentLoad && (segment.Flags & SegmentWritable) == 0)
            {
                nuint start = (program->Base + segment.Address) & ~(page - 1);
                nuint end = (program->Base + segment.Address + segment.FileSize + page - 1) & ~(page - 1);
                UnmapUnwrittenPages(start, end, *(int*)pageMap);
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "pread")]
    private static partial nint ReadAt(int fd, byte* buffer, nuint length, long offset);

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
