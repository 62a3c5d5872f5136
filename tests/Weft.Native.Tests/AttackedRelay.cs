namespace Weft.Native.Tests;

/// <summary>The built relay before a server of another make.</summary>
internal sealed class AttackedRelay : Victim
{
    private readonly Origin? _origin;

    private AttackedRelay(Origin? origin, Relay relay, int metricsPort)
        : base(relay.ProcessId, metricsPort, new Uri($"http://{relay.Address}/hello"))
    {
        _origin = origin;
        Relay = relay;
    }

    public Relay Relay { get; }

    /// <summary>Before Kestrel.</summary>
    public static async Task<AttackedRelay> StartAsync(params string[] options)
    {
        Origin origin = await Origin.StartAsync();
        return await StartAsync(origin, 0, ["--to", origin.Http1, .. options]);
    }

    /// <summary>Before Kestrel, with so many descriptors that the system grants.</summary>
    public static async Task<AttackedRelay> StartWithDescriptorsAsync(int descriptors)
    {
        Origin origin = await Origin.StartAsync();
        return await StartAsync(origin, descriptors, ["--to", origin.Http1]);
    }

    /// <summary>Before the upstream that the options name.</summary>
    public static Task<AttackedRelay> StartBeforeAsync(string upstream) => StartAsync(null, 0, ["--to", upstream]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Relay.DisposeAsync();
        if (_origin is not null)
        {
            await _origin.DisposeAsync();
        }
    }

    private static async Task<AttackedRelay> StartAsync(Origin? origin, int descriptors, string[] options)
    {
        int metrics = Programs.FreePort();
        string[] all = [.. options, "--metrics", $"127.0.0.1:{metrics}"];
        Relay relay = descriptors == 0 ? await Relay.StartAsync(all) : await Relay.StartWithDescriptorsAsync(descriptors, all);
        return new AttackedRelay(origin, relay, metrics);
    }
}
