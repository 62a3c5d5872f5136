namespace Weft.Shop.Hosting;

/// <summary>What a service speaks on its port. Without TLS the two cannot share one.</summary>
internal enum Wire
{
    Http1,
    Grpc,
}
