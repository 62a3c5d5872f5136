using System.Globalization;
using Grpc.Core;
using Weft.Load.Measuring;
using Weft.Load.Pacing;
using Weft.Shop.Protos;

namespace Weft.Load.Shop;

/// <summary>A conversation: each question is asked when the one before has been answered.</summary>
internal sealed class OrderTrackKind(int weight, OrderStreams orders) : IRequestKind
{
    private const int Questions = 5;

    public string Name => "orders-track";

    public int Weight => weight;

    public Task<Outcome> RunAsync(long number, CancellationToken limit) => OrderStreams.GuardAsync(async () =>
    {
        string order = "order-" + number.ToString(CultureInfo.InvariantCulture);
        using AsyncDuplexStreamingCall<TrackRequest, OrderEvent> call = orders.Client.Track(cancellationToken: limit);
        for (int i = 1; i <= Questions; i++)
        {
            await call.RequestStream.WriteAsync(new TrackRequest { OrderId = order, Sequence = i }, limit);
            if (!await call.ResponseStream.MoveNext(limit) || call.ResponseStream.Current.OrderId != order || call.ResponseStream.Current.Sequence != i)
            {
                return false;
            }
        }

        await call.RequestStream.CompleteAsync();
        return !await call.ResponseStream.MoveNext(limit);
    });
}
