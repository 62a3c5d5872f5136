using System.Globalization;
using Grpc.Core;
using Weft.Shop.Protos;

namespace Weft.Shop.Roles;

/// <summary>Takes money and gives a number back.</summary>
internal sealed class PaymentRole : Payment.PaymentBase
{
    private static long s_number;

    public override Task<ChargeReply> Charge(ChargeRequest request, ServerCallContext context)
        => request.AmountCents >= 0
            ? Task.FromResult(new ChargeReply { PaymentId = "payment-" + Interlocked.Increment(ref s_number).ToString(CultureInfo.InvariantCulture) })
            : throw new RpcException(new Status(StatusCode.InvalidArgument, "an amount cannot be negative"));
}
