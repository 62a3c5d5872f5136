namespace Weft.Proxy.Discovery;

/// <content>What this proxy has found out itself about the endpoints that the control plane named.</content>
internal sealed partial class ConfigStore
{
    /// <summary>Notes what a check found; <see cref="PublishVerdicts"/> makes it count.</summary>
    /// <param name="service">"&lt;namespace&gt;/&lt;name&gt;".</param>
    /// <param name="endpoint">Its key.</param>
    /// <param name="health">Null: nothing is known any more.</param>
    public void Judge(string service, string endpoint, Contracts.Mesh.Health? health) => _builder.Judge(service, endpoint, health);

    /// <summary>The workers choose by what was noted. No resource has changed, so nobody else is told and nothing is saved.</summary>
    public void PublishVerdicts() => _current.Publish(_builder.Build(Commit).Snapshot);
}
