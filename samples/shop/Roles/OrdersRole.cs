using System.Globalization;
using Grpc.Core;
using Weft.Shop.Protos;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>Orders over gRPC, of every kind: one answer, a stream of answers, and a conversation.</summary>
internal sealed class OrdersRole : Orders.OrdersBase
{
    private const int IntervalMsMin = 10;
    private const int WatchIntervalMsDefault = 1_000;

    private static readonly string[] s_states = ["placed", "picked", "packed", "sent"];

    // One channel a process: the service object itself lives for one call only.
    private static readonly Inventory.InventoryClient s_inventory = new(Upstream.Grpc("inventory"));
    private static readonly Payment.PaymentClient s_payment = new(Upstream.Grpc("payment"));
    private static long s_number;

    public override async Task<PlaceReply> Place(PlaceRequest request, ServerCallContext context)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(Upstream.CallTimeout);
        await ReserveAsync(request, limit.Token);
        ChargeRequest charge = new() { User = request.User, AmountCents = request.TotalCents };
        ChargeReply charged = await s_payment.ChargeAsync(charge, cancellationToken: limit.Token);
        string number = Interlocked.Increment(ref s_number).ToString(CultureInfo.InvariantCulture);
        return new PlaceReply { OrderId = "order-" + number, PaymentId = charged.PaymentId };
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<OrderEvent> responseStream, ServerCallContext context)
    {
        int interval = request.IntervalMs == 0 ? WatchIntervalMsDefault : Math.Max(request.IntervalMs, IntervalMsMin);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(interval));
        for (long sequence = 1; request.Count == 0 || sequence <= request.Count; sequence++)
        {
            await responseStream.WriteAsync(EventOf("order-" + sequence.ToString(CultureInfo.InvariantCulture), sequence), context.CancellationToken);
            if (sequence != request.Count && !await timer.WaitForNextTickAsync(context.CancellationToken))
            {
                return;
            }
        }
    }

    public override async Task Track(IAsyncStreamReader<TrackRequest> requestStream, IServerStreamWriter<OrderEvent> responseStream, ServerCallContext context)
    {
        await foreach (TrackRequest question in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(EventOf(question.OrderId, question.Sequence), context.CancellationToken);
        }
    }

    private static OrderEvent EventOf(string order, long sequence)
        => new() { OrderId = order, Sequence = sequence, State = s_states[(int)((ulong)sequence % (ulong)s_states.Length)] };

    private static async Task ReserveAsync(PlaceRequest request, CancellationToken stop)
    {
        using AsyncClientStreamingCall<ReserveLine, ReserveReply> call = s_inventory.Reserve(cancellationToken: stop);
        foreach (OrderLine line in request.Lines)
        {
            await call.RequestStream.WriteAsync(new ReserveLine { Sku = line.Sku, Quantity = line.Quantity }, stop);
        }

        await call.RequestStream.CompleteAsync();
        ReserveReply reply = await call;
        int wanted = request.Lines.Sum(line => line.Quantity);
        if (reply.Reserved != wanted)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{reply.Reserved} of {wanted} articles are in stock"));
        }
    }
}
