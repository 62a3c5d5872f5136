namespace Weft.Proxy.Rpc;

/// <summary>How a gRPC call ended.</summary>
internal readonly record struct GrpcStatus(int Code, string Message)
{
    public const int CodeOk = 0;
    public const int CodeUnknown = 2;
    public const int CodeInvalidArgument = 3;
    public const int CodePermissionDenied = 7;
    public const int CodeInternal = 13;
    public const int CodeUnavailable = 14;
    public const int CodeUnauthenticated = 16;

    public bool IsOk => Code == CodeOk;

    /// <summary>The server judged and refused; asking again in the same way is of no use.</summary>
    public bool IsRefusal => Code is CodeInvalidArgument or CodePermissionDenied or CodeUnauthenticated;

    public static GrpcStatus Unavailable(string message) => new(CodeUnavailable, message);

    public override string ToString() => $"status {Code}: {Message}";
}
