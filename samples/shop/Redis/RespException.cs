namespace Weft.Shop.Redis;

/// <summary>Redis answered with an error, answered nonsense, or went away.</summary>
internal sealed class RespException : IOException
{
    public RespException(string message)
        : base(message)
    {
    }

    public RespException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
