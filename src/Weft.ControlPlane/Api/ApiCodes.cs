namespace Weft.ControlPlane.Api;

/// <summary>Codes of failed calls; those that the command line has too mean the same there.</summary>
internal static class ApiCodes
{
    public const string NotAllowed = "WF0011";
    public const string NotFound = "WF0012";
    public const string Conflict = "WF0013";
    public const string TimedOut = "WF0014";
    public const string BadRequest = "WF0020";
    public const string Unavailable = "WF0021";
    public const string SourceFailed = "WF0023";
    public const string BadInput = "WF2000";
    public const string Bug = "WF9001";
}
