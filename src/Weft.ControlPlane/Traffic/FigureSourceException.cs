namespace Weft.ControlPlane.Traffic;

/// <summary>A source of figures outside the server does not answer, or not as it should. The message names its address and the fix.</summary>
internal sealed class FigureSourceException(string message, string fix, Exception? cause = null) : Exception($"{message}; {fix}", cause);
