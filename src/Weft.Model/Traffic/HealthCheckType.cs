namespace Weft.Model.Traffic;

/// <summary>How a proxy asks its workload whether it is well.</summary>
public enum HealthCheckType
{
    Tcp,
    Http,
    Grpc,
}
