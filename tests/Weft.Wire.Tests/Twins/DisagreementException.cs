namespace Weft.Wire.Tests.Twins;

/// <summary>Thrown when a codec and its twin, or a codec and itself, do not agree about some input.</summary>
public sealed class DisagreementException(string message) : Exception(message)
{
    internal static void Unless(bool agreed, string what)
    {
        if (!agreed)
        {
            throw new DisagreementException(what);
        }
    }

    internal static void UnlessEqual<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new DisagreementException($"{what}: the twin says '{expected}', the codec '{actual}'");
        }
    }
}
