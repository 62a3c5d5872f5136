using Weft.Contracts.Mesh;

namespace Weft.Routing.Authorization;

/// <summary>Who may reach one service; compiled from a PolicySet that was understood whole.</summary>
public sealed class PolicyView
{
    private readonly PolicyEntry[] _deny;
    private readonly PolicyEntry[] _allow;

    internal PolicyView(string service, TlsMode tlsMode, DefaultAction defaultAction, PolicyEntry[] deny, PolicyEntry[] allow)
    {
        Service = service;
        TlsMode = tlsMode;
        DefaultAction = defaultAction;
        _deny = deny;
        _allow = allow;
        LooksAtPath = deny.Any(p => p.LooksAtPath) || allow.Any(p => p.LooksAtPath);
    }

    /// <summary>"&lt;namespace&gt;/&lt;name&gt;".</summary>
    public string Service { get; }

    public TlsMode TlsMode { get; }

    public DefaultAction DefaultAction { get; }

    /// <summary>Whether any rule depends on the path; only then is a request's path made canonical.</summary>
    public bool LooksAtPath { get; }

    internal ReadOnlySpan<PolicyEntry> Deny => _deny;

    internal ReadOnlySpan<PolicyEntry> Allow => _allow;
}
