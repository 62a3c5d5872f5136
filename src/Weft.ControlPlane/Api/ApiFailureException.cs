using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>A call ends with this status and body.</summary>
internal sealed class ApiFailureException(int status, ApiError error) : Exception(error.Message)
{
    public int Status { get; } = status;

    public ApiError Error { get; } = error;

    /// <summary>What the audit log says about it.</summary>
    public string Outcome => $"refused: {Error.Code} {Error.Message}";

    public static ApiFailureException BadRequest(string message) => Of(400, ApiCodes.BadRequest, message);

    public static ApiFailureException NotFound(string message) => Of(404, ApiCodes.NotFound, message);

    public static ApiFailureException Conflict(string message) => Of(409, ApiCodes.Conflict, message);

    public static ApiFailureException Unavailable(string message) => Of(503, ApiCodes.Unavailable, message);

    /// <summary>400 when a document could not be read, 422 when it could and does not fit the mesh.</summary>
    public static ApiFailureException Findings(int status, string message, IReadOnlyList<Finding> findings)
        => new(status, new ApiError { Code = ApiCodes.BadInput, Message = message, Findings = findings });

    public static ApiFailureException Of(int status, string code, string message) => new(status, new ApiError { Code = code, Message = message });
}
