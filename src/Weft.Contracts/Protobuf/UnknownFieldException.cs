namespace Weft.Contracts.Protobuf;

/// <summary>A message that must be understood whole or not at all (every message of weft.mesh.v1) has a field that this version does not know.</summary>
public sealed class UnknownFieldException(string messageName, int fieldNumber)
    : ProtoException($"{messageName} has a field {fieldNumber} that this version does not know; a newer sender needs a newer receiver")
{
    /// <summary>Full name of the message, such as "weft.mesh.v1.Service".</summary>
    public string MessageName { get; } = messageName;

    public int FieldNumber { get; } = fieldNumber;
}
