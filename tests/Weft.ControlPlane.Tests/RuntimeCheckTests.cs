using Xunit;

namespace Weft.ControlPlane.Tests;

public sealed class RuntimeCheckTests
{
    [Fact]
    public void A_release_is_accepted() => RuntimeCheck.Run(".NET 10.0.12");

    [Fact]
    public void A_preview_is_refused()
        => Assert.Equal(ServerExit.CannotStart, Assert.Throws<ServerStartException>(() => RuntimeCheck.Run(".NET 10.0.0-rc.1.25451.107")).ExitCode);
}
