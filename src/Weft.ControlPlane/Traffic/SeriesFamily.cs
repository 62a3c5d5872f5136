namespace Weft.ControlPlane.Traffic;

/// <summary>What a series is kept for. Sums are kept beside their parts, so that a year of a service is not read from all its edges.</summary>
internal enum SeriesFamily
{
    Mesh,

    /// <summary>What a service served.</summary>
    Service,

    /// <summary>One service's calls to another over one protocol.</summary>
    Edge,

    /// <summary>What one workload served.</summary>
    Workload,

    /// <summary>What came over one route or template to one backend of a service.</summary>
    Route,
}
