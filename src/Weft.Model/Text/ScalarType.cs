namespace Weft.Model.Text;

/// <summary>What a scalar means in the YAML 1.2 core schema; a quoted scalar is always a string.</summary>
public enum ScalarType
{
    Null,
    Boolean,
    Integer,
    Float,
    Text,
}
