using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Flows;
using Xunit;

namespace Weft.ControlPlane.Tests.Flows;

public sealed class FlowCausesTests
{
    [Fact]
    public void The_last_hop_that_went_wrong_is_the_cause_because_those_before_pass_it_on()
        => Assert.Equal("c", Culprit(Hop("a", Direction.Outbound, status: 502), Hop("b", Direction.Inbound, status: 502), Hop("c", Direction.Outbound, "CONNECT_FAILED")));

    [Fact]
    public void Who_only_sees_that_its_caller_gave_up_is_not_the_cause()
        => Assert.Equal("a", Culprit(Hop("a", Direction.Outbound, "REQUEST_TIMEOUT"), Hop("b", Direction.Inbound, "DOWNSTREAM_RESET"), Hop("c", Direction.Outbound, "DOWNSTREAM_CLOSED")));

    [Fact]
    public void Where_nobody_knows_more_than_that_a_caller_gave_up_it_is_the_first_who_saw_it()
        => Assert.Equal("a", Culprit(Hop("a", Direction.Outbound, "DOWNSTREAM_CLOSED"), Hop("b", Direction.Inbound, "DOWNSTREAM_RESET")));

    [Fact]
    public void Without_a_failure_there_is_no_cause() => Assert.Null(Culprit(Hop("a", Direction.Outbound), Hop("b", Direction.Inbound)));

    private static string? Culprit(params FlowRecord[] hops) => FlowCauses.CulpritOf([.. hops])?.Proxy;

    private static FlowRecord Hop(string proxy, Direction direction, string reason = "OK", uint status = 200)
        => new() { Proxy = proxy, Direction = direction, Reason = reason, Status = status };
}
