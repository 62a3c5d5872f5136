using Xunit;

namespace Weft.Routing.Tests;

public sealed class EnvoyFlagsTests
{
    /// <summary>Those of Envoy's documentation of %RESPONSE_FLAGS%.</summary>
    private static readonly string[] s_known =
    [
        "UH", "UF", "UO", "NR", "URX", "NC", "DT", "DC", "LH", "UT", "LR", "UR", "UC", "DI", "FI", "RL", "UAEX", "RLSE", "IH", "SI", "DPE", "UPE", "UMSDR", "RFCF", "NFCF", "OM", "DF", "DO", "DR",
    ];

    [Fact]
    public void Every_reason_but_an_ordinary_ending_has_a_code_that_Envoy_knows()
    {
        foreach (EndReason reason in Enum.GetValues<EndReason>())
        {
            if (reason == EndReason.Ok)
            {
                Assert.Empty(EnvoyFlags.Of(reason));
            }
            else
            {
                Assert.Contains(EnvoyFlags.Of(reason), s_known);
            }
        }
    }
}
