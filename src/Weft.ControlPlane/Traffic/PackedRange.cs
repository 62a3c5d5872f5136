namespace Weft.ControlPlane.Traffic;

/// <summary>Where packed figures lie in a longer array.</summary>
internal readonly record struct PackedRange(int Start, int Length)
{
    internal bool IsEmpty => Length == 0;
}
