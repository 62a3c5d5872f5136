using Xunit;

namespace Weft.Routing.Tests;

public sealed class EndReasonsTests
{
    public static TheoryData<EndReason> All => [.. Enum.GetValues<EndReason>()];

    [Theory, MemberData(nameof(All))]
    public void Every_reason_has_a_code_and_a_number(EndReason reason)
    {
        Assert.Matches("^[A-Z]+(_[A-Z]+)*$", EndReasons.Code(reason));
        Assert.Matches("^WF4[0-9]{3}$", EndReasons.Number(reason));
        Assert.Equal(reason.ToString(), EndReasons.Code(reason).Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    }

    [Fact]
    public void Codes_and_numbers_are_used_once()
    {
        EndReason[] all = Enum.GetValues<EndReason>();
        Assert.Equal(EndReasons.Count, all.Length);
        Assert.Equal(all.Length, all.Select(EndReasons.Code).Distinct().Count());
        Assert.Equal(all.Length, all.Select(EndReasons.Number).Distinct().Count());
    }
}
