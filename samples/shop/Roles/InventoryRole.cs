using Grpc.Core;
using Weft.Shop.Protos;

namespace Weft.Shop.Roles;

/// <summary>Stock over gRPC: lines of an order stream in, levels stream out. This warehouse never runs empty.</summary>
internal sealed class InventoryRole : Inventory.InventoryBase
{
    private const int LevelMin = 100;

    public override async Task<ReserveReply> Reserve(IAsyncStreamReader<ReserveLine> requestStream, ServerCallContext context)
    {
        int reserved = 0;
        await foreach (ReserveLine line in requestStream.ReadAllAsync(context.CancellationToken))
        {
            reserved += line.Quantity;
        }

        return new ReserveReply { Reserved = reserved };
    }

    public override async Task Levels(LevelsRequest request, IServerStreamWriter<Level> responseStream, ServerCallContext context)
    {
        foreach (string sku in request.Skus)
        {
            await responseStream.WriteAsync(new Level { Sku = sku, InStock = LevelMin + sku.Length }, context.CancellationToken);
        }
    }
}
