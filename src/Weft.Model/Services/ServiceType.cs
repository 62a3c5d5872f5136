namespace Weft.Model.Services;

/// <summary>The types of service that are accepted.</summary>
internal enum ServiceType
{
    ClusterIp,
}
