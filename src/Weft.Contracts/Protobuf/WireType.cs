namespace Weft.Contracts.Protobuf;

/// <summary>The low three bits of a tag; the rest is the field number.</summary>
internal static class WireType
{
    public const uint Varint = 0;
    public const uint Fixed64 = 1;
    public const uint Bytes = 2;
    public const uint StartGroup = 3;
    public const uint EndGroup = 4;
    public const uint Fixed32 = 5;
    public const uint Mask = 7;
}
