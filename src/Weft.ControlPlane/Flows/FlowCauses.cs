using System.Globalization;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Why;

namespace Weft.ControlPlane.Flows;

/// <summary>Finds, among what the proxies on the way of a request wrote, the place where it went wrong.</summary>
internal sealed class FlowCauses(DecidingObjects objects)
{
    /// <summary>The record of the hop at fault; null when all went well.</summary>
    /// <param name="hops">The caller's first.</param>
    internal static FlowRecord? CulpritOf(List<FlowRecord> hops)
        => hops.FindLast(static hop => hop.HasFailed && !IsEcho(hop)) ?? hops.Find(static hop => hop.HasFailed);

    /// <summary>Null when all went well.</summary>
    internal StoryCause? Of(List<FlowRecord> hops)
    {
        if (CulpritOf(hops) is not { } culprit)
        {
            return null;
        }

        DecidingObject? decider = objects.Of(culprit);
        return new StoryCause
        {
            Code = culprit.HasReason ? culprit.Reason : null,
            Text = TextOf(culprit),
            Source = PartyOf(culprit.Source),
            Destination = culprit.Backend.Length > 0 ? culprit.Backend : PartyOf(culprit.Destination),
            SeenBy = culprit.Direction == Direction.Outbound ? "caller" : "callee",
            Object = decider?.Object,
            Line = decider?.Line,
            Commit = decider?.Commit,
        };
    }

    /// <summary>Whether a hop only tells that its caller gave up: the reason for that stands at the caller.</summary>
    private static bool IsEcho(FlowRecord hop) => hop.Reason is "DOWNSTREAM_RESET" or "DOWNSTREAM_CLOSED";

    private static string TextOf(FlowRecord culprit)
    {
        if (!culprit.HasReason)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the application answered {(culprit.GrpcStatus > 0 ? $"with gRPC status {culprit.GrpcStatus}" : culprit.Status)}");
        }

        // The detail of some refusals begins with their code.
        string detail = culprit.Detail.StartsWith(culprit.Reason, StringComparison.Ordinal) ? culprit.Detail[culprit.Reason.Length..].TrimStart(' ', ':') : culprit.Detail;
        return culprit.Reason + (detail.Length > 0 ? $": {detail}" : "") + (culprit.Policy.Length > 0 ? $" (policy {culprit.Policy})" : "");
    }

    private static string PartyOf(Party? party)
        => party is null ? "?" : party.Service.Length > 0 ? party.Service : party.Workload.Length > 0 ? party.Workload : party.Address.Length > 0 ? party.Address : "?";
}
