namespace Weft.Routing.Matching;

/// <summary>Why a request's path has no canonical form.</summary>
public enum PathFault : byte
{
    None,

    /// <summary>The target does not begin with '/'.</summary>
    NotAbsolute,

    /// <summary>A control byte, a blank or '#', unescaped.</summary>
    IllegalByte,

    /// <summary>'\', unescaped or escaped: some servers take it for a slash.</summary>
    Backslash,

    /// <summary>'%' without two hexadecimal digits.</summary>
    BadEscape,

    /// <summary>"%00".</summary>
    EncodedNul,

    /// <summary>"%2F": some servers take it for a slash.</summary>
    EncodedSlash,

    /// <summary>The bytes, unescaped, are not UTF-8 (overlong forms included).</summary>
    BadUtf8,
}
