namespace Weft.Proxy.Security;

/// <summary>The alerts of TLS 1.3 that the record layer sends or tells apart (RFC 8446, 6).</summary>
internal enum TlsAlert : byte
{
    CloseNotify = 0,
    UnexpectedMessage = 10,
    BadRecordMac = 20,
    RecordOverflow = 22,
    DecodeError = 50,
    UserCanceled = 90,
}
