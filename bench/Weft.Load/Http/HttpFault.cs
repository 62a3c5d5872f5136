namespace Weft.Load.Http;

/// <summary>The exchange broke. <see cref="Reason"/> is a short word for the summary; <see cref="BeforeAnswer"/> says that not one byte of an answer had come.</summary>
internal sealed class HttpFault(string reason, bool beforeAnswer, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    public bool BeforeAnswer { get; } = beforeAnswer;
}
