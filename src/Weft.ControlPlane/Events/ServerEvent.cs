namespace Weft.ControlPlane.Events;

/// <summary>One event as it goes to every reader: made once.</summary>
/// <param name="Id">Ascending by one.</param>
/// <param name="Name">"topology", "status", "commit" or "health".</param>
/// <param name="Data">JSON, without line ends.</param>
internal sealed record ServerEvent(long Id, string Name, byte[] Data);
