using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Weft.Fuzz;

/// <summary>
/// What instrumented code passed through while it worked on one input: a counter for each pair of blocks that followed one another, as AFL has it. Code is instrumented by
/// <see cref="InstrumentedCopy"/>; without that the counters stay at zero.
/// </summary>
internal static unsafe class Coverage
{
    private const int Size = 65_536;
    private static readonly byte[] s_counters = GC.AllocateArray<byte>(Size, pinned: true);

    /// <summary>Classes of counts, as AFL has them: a loop that runs 5 times instead of 4 is not news, 8 times is.</summary>
    private static readonly byte[] s_classes = [.. Enumerable.Range(0, 256).Select(ClassOf)];

    /// <summary>Gives instrumented code a place to count. Must come before any of it runs.</summary>
    internal static void Attach() => Trace.SharedMem = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(s_counters));

    /// <summary>Begins with a new input.</summary>
    internal static void Clear()
    {
        Array.Clear(s_counters);
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what was counted since <see cref="Clear"/> to what has been seen.</summary>
    /// <param name="seen">The classes seen at each counter, a bit each; as long as <see cref="NewMap"/> makes it.</param>
    /// <returns>Whether anything was seen for the first time.</returns>
    internal static bool AddTo(byte[] seen)
    {
        bool isNew = false;
        ReadOnlySpan<ulong> eights = MemoryMarshal.Cast<byte, ulong>(s_counters);
        for (int i = 0; i < eights.Length; i++)
        {
            if (eights[i] == 0)
            {
                continue;
            }

            for (int at = i * 8; at < (i * 8) + 8; at++)
            {
                byte bit = s_classes[s_counters[at]];
                isNew |= (seen[at] & bit) != bit;
                seen[at] |= bit;
            }
        }

        return isNew;
    }

    internal static byte[] NewMap() => new byte[Size];

    /// <summary>How many pairs of blocks have been seen.</summary>
    internal static int Edges(byte[] seen) => seen.Count(static bits => bits != 0);

    private static byte ClassOf(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
