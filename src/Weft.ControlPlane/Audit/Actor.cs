namespace Weft.ControlPlane.Audit;

/// <summary>Who does something: "local:uid=1000" over the socket, "token:admin" over HTTPS, "proxy:&lt;SPIFFE ID&gt;", "server" by itself.</summary>
public readonly record struct Actor(string Name)
{
    /// <summary>The control plane acting by itself.</summary>
    public static Actor Server { get; } = new("server");

    public override string ToString() => Name;
}
