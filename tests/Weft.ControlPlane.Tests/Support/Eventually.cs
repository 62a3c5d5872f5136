using Xunit;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>Waits for a condition that other threads make true.</summary>
internal static class Eventually
{
    internal static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(ScriptedProxy.Patience);
        while (!condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail("never: " + what);
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }
}
