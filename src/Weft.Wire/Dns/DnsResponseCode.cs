namespace Weft.Wire.Dns;

/// <summary>RFC 1035, 4.1.1, and RFC 6891, 9.</summary>
public enum DnsResponseCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>An EDNS version other than 0; half of it travels in the OPT record.</summary>
    BadVersion = 16,
}
