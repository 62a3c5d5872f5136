namespace Weft.Routing.Authorization;

internal enum TextPatternKind : byte
{
    Exact,
    Beginning,
    End,
    Anything,
}
