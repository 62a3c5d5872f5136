namespace Weft.ControlPlane.Traffic;

/// <summary>What makes a series the one and only of its family and side. Unused parts are empty.</summary>
/// <param name="Subject">The service that was called ("namespace/name", or an address outside the mesh), or the workload.</param>
/// <param name="Source">Of an edge: who called. Of a workload: its service.</param>
/// <param name="Detail">Of an edge: protocol. Of a workload: version. Of a route: its name.</param>
/// <param name="Extra">Of a workload: zone. Of a route: backend, when another service than the subject. Of an edge: <see cref="FromSpans"/> where no proxy saw it.</param>
/// <param name="Template">Of a route: the form of the path.</param>
internal readonly record struct SeriesKey(string Subject, string Source = "", string Detail = "", string Extra = "", string Template = "")
{
    internal const string Unmeshed = "(unmeshed)";

    /// <summary>Marks an edge that is known from the spans of applications only.</summary>
    internal const string FromSpans = "otlp";

    /// <summary>Where everything goes for which there is no series left.</summary>
    internal static SeriesKey Other { get; } = new("other", "other");
}
