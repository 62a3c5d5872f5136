namespace Weft.ControlPlane.Traffic;

/// <summary>What happened in a cell since its last report.</summary>
internal readonly record struct CellDelta(ulong Count, ulong Bytes, ulong[] Buckets)
{
    internal bool IsEmpty => Count == 0 && Bytes == 0;
}
