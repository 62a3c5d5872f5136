namespace Weft.Load.Http;

/// <summary>Looks at a part of a body that begins at <paramref name="offset"/>; false when it is not what it should be.</summary>
internal delegate bool BodyCheck(ReadOnlySpan<byte> part, long offset);
