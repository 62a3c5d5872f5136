namespace Weft.ControlPlane;

/// <summary>How log lines look on standard error.</summary>
public enum LogFormat
{
    Text,
    Json,
}
