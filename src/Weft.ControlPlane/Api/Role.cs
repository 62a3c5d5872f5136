namespace Weft.ControlPlane.Api;

/// <summary>What a caller may do; each role may do what those before it may.</summary>
internal enum Role
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Taps, drains and renews, keeps the map's layout.</summary>
    Operator,

    /// <summary>Changes the configuration, lets workloads and people in.</summary>
    Admin,
}
