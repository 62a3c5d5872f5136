using Weft.Contracts.Mesh;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Health;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Health;

/// <summary>Checks whose answers a test gives, on a loop whose clock it moves.</summary>
internal sealed class CheckRig
{
    public CheckRig()
    {
        Loop = new EventLoop(new NullPoller(), Clock);
        Checks = new EndpointChecks(Loop, MakeProbe, (place, health) => Turns.Add($"{place.Key} {health?.ToString() ?? "gone"}"), new Random(7));
    }

    public ManualClock Clock { get; } = new();

    public EventLoop Loop { get; }

    public EndpointChecks Checks { get; }

    public List<string> Turns { get; } = [];

    /// <summary>What endpoints answer, by key: null is well. Without an entry a check hangs until it is answered.</summary>
    public Dictionary<string, string?> Answers { get; } = [];

    /// <summary>When each check began, by key.</summary>
    public List<(string Key, long AtMs)> Begun { get; } = [];

    /// <summary>Checks that hang.</summary>
    public Queue<TaskCompletionSource<string?>> Hanging { get; } = new();

    public static CheckedPlace Place(string key, int intervalMs = 1_000, ushort port = 80, string group = "shop/db") => new(
        group, key, new UpstreamSettings { Address = NetAddress.V4(0x0a000001, port) }, new HealthCheckRule { Kind = CheckKind.Tcp, IntervalMs = intervalMs });

    /// <summary>The places that probes were made for.</summary>
    public List<CheckedPlace> Places { get; } = [];

    public IHealthProbe MakeProbe(CheckedPlace place)
    {
        Places.Add(place);
        return new Probe(this, place.Key);
    }

    /// <summary>Moves the clock in small steps, running what is due.</summary>
    public void Pass(int ms)
    {
        for (int done = 0; done < ms; done += 5)
        {
            Clock.AdvanceMs(5);
            Settle();
        }
    }

    public void Settle()
    {
        while (Loop.RunOnce())
        {
        }
    }

    private sealed class Probe(CheckRig rig, string key) : IHealthProbe
    {
        public async ValueTask<string?> ProbeAsync()
        {
            rig.Begun.Add((key, rig.Loop.NowMs));
            if (rig.Answers.TryGetValue(key, out string? answer))
            {
                return answer;
            }

            TaskCompletionSource<string?> hangs = new();
            rig.Hanging.Enqueue(hangs);
            return await hangs.Task;
        }
    }
}
