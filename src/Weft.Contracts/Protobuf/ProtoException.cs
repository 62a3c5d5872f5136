namespace Weft.Contracts.Protobuf;

/// <summary>Bytes are not a well-formed message of the expected type. The message of the exception says what is wrong and at which byte.</summary>
public class ProtoException : Exception
{
    public ProtoException(string message)
        : base(message)
    {
    }
}
