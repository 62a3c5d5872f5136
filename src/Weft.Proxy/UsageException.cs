namespace Weft.Proxy;

/// <summary>The command line is wrong; the message names the option, its value and the fix.</summary>
internal sealed class UsageException(string message) : Exception(message);
