using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Weft.Proxy.Engine;
using Xunit;

namespace Weft.Proxy.Tests.Engine;

/// <summary>Pages of a file that the process mapped for itself, as the loader maps a program.</summary>
public sealed class ProgramPagesTests
{
    private const int Pages = 6;
    private const int Written = 2;

    [Fact]
    public void What_was_written_to_a_mapped_file_stays_and_the_other_pages_go()
    {
        int page = Environment.SystemPageSize;
        string path = Path.GetTempFileName();
        try
        {
            byte[] content = new byte[Pages * page];
            Array.Fill(content, (byte)1);
            File.WriteAllBytes(path, content);
            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
            using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, content.Length, MemoryMappedFileAccess.CopyOnWrite);
            nint start = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
            for (int i = 0; i < Pages; i++)
            {
                Assert.Equal(1, Marshal.ReadByte(start, i * page));
            }

            Marshal.WriteByte(start, Written * page, 2);
            int pageMap = Libc.OpenPageMap();
            Assert.True(pageMap >= 0, "the table of pages cannot be opened");
            Libc.UnmapUnwrittenPages((nuint)start, (nuint)(start + content.Length), pageMap);
            Libc.Close(pageMap);

            Assert.Equal([.. Enumerable.Range(0, Pages).Select(static i => i == Written)], Present(start, page));
            Assert.Equal(2, Marshal.ReadByte(start, Written * page));
            Assert.Equal(1, Marshal.ReadByte(start, (Written + 1) * page));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Which pages are in RAM for this process: bit 63 of their entries (proc_pid_pagemap(5)).</summary>
    private static bool[] Present(nint start, int page)
    {
        using FileStream map = new("/proc/self/pagemap", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        map.Seek(start / page * sizeof(ulong), SeekOrigin.Begin);
        byte[] entries = new byte[Pages * sizeof(ulong)];
        map.ReadExactly(entries);
        return [.. Enumerable.Range(0, Pages).Select(i => BitConverter.ToUInt64(entries, i * sizeof(ulong)) >> 63 == 1)];
    }
}
