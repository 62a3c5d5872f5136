using Weft.Proxy.Overload;
using Xunit;

namespace Weft.Proxy.Tests.Overload;

public sealed class MemoryGroupsTests
{
    private const string Unified = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    private const string Hybrid = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

        """;

    [Fact]
    public void The_smallest_limit_of_the_group_and_of_those_around_it_counts()
    {
        (string, string)[] files = [("/sys/fs/cgroup/a.slice/memory.max", "1000\n"), ("/sys/fs/cgroup/a.slice/b.service/memory.max", "max\n"), ("/sys/fs/cgroup/a.slice/b.service/c/memory.max", "2000\n")];
        Assert.Equal(1_000, Limit(Unified, "0::/a.slice/b.service/c\n", files));
        Assert.Equal(2_000, Limit(Unified, "0::/a.slice/b.service/c\n", files[1..]));
        Assert.Null(Limit(Unified, "0::/elsewhere\n", files));
    }

    [Fact]
    public void A_container_sees_the_limit_at_the_top_of_its_mount()
    {
        (string, string)[] files = [("/sys/fs/cgroup/memory.max", "3000\n")];
        Assert.Equal(3_000, Limit(Unified, "0::/\n", files));

        // The mount shows the tree from the container's group on, or the group lies outside of what is shown.
        Assert.Equal(3_000, Limit(Unified.Replace("0:28 / ", "0:28 /docker/1 ", StringComparison.Ordinal), "0::/docker/1\n", files));
        Assert.Equal(3_000, Limit(Unified.Replace("0:28 / ", "0:28 /docker/1 ", StringComparison.Ordinal), "0::/other\n", files));
        Assert.Equal(3_000, Limit(Unified, "0::/../other\n", files));
    }

    [Fact]
    public void Version_1_is_read_beside_version_2()
    {
        const string Groups = "9:name=systemd:/\n4:memory:/unit/child\n1:cpu:/\n0::/\n";
        (string, string)[] files = [("/sys/fs/cgroup/memory/unit/memory.limit_in_bytes", "4000\n"), ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")];
        Assert.Equal(4_000, Limit(Hybrid, Groups, files));
        Assert.Null(Limit(Hybrid, Groups, files[1..]));
        Assert.Equal(500, Limit(Hybrid, Groups, [.. files, ("/sys/fs/cgroup/unified/memory.max", "500")]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("x - cgroup2 cgroup2 rw\n1 2 3 / /p o -", "0::/a")]
    [InlineData(Unified, "")]
    [InlineData(Unified, "nonsense\n::")]
    public void What_cannot_be_read_sets_no_limit(string mounts, string groups) => Assert.Null(Limit(mounts, groups, []));

    private static long? Limit(string mounts, string groups, (string File, string Text)[] files)
        => MemoryGroups.Limit(mounts, groups, file => Array.Find(files, one => one.File == file).Text);
}
