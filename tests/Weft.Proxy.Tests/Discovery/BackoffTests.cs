using Weft.Proxy.Discovery;

namespace Weft.Proxy.Tests.Discovery;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_the_bound_and_are_shortened_at_random_by_at_most_half()
    {
        Backoff backoff = new(100, 2_000, new Random(7));
        int[] most = [100, 200, 400, 800, 1_600, 2_000, 2_000];
        foreach (int bound in most)
        {
            Assert.InRange(backoff.NextMs(), bound / 2, bound);
        }

        backoff.Reset();
        Assert.InRange(backoff.NextMs(), 50, 100);
    }
}
