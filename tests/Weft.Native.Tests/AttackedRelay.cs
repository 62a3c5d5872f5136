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
        return await MakeAsync(origin, Relay.StartAsync, ["--to", origin.Http1, .. options]);
    }

    /// <summary>Before Kestrel, with so many descriptors that the system grants.</summary>
    public static async Task<AttackedRelay> StartWithDescriptorsAsync(int descriptors)
    {
        Origin origin = await Origin.StartAsync();
        return await MakeAsync(origin, options => Relay.StartWithDescriptorsAsync(descriptors, options), ["--to", origin.Http1]);
    }

    /// <summary>Before Kestrel, in a group that bounds its memory.</summary>
    public static async Task<AttackedRelay> StartInAsync(MemoryGroup group)
    {
        Origin origin = await Origin.StartAsync();
        return await MakeAsync(origin, options => Relay.StartInAsync(group, options), ["--to", origin.Http1]);
    }

    /// <summary>Before the upstream that the options name.</summary>
    public static Task<AttackedRelay> StartBeforeAsync(string upstream) => MakeAsync(null, Relay.StartAsync, ["--to", upstream]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Relay.DisposeAsync();
        if (_origin is not null)
        {
            await _origin.DisposeAsync();
        }
    }

    private static async Task<AttackedRelay> MakeAsync(Origin? origin, Func<string[], Task<Relay>> start, string[] options)
    {
        int metrics = Programs.FreePort();
        return new AttackedRelay(origin, await start([.. options, "--metrics", $"127.0.0.1:{metrics}"]), metrics);
    }
}
