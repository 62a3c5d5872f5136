namespace Weft.Model.Policies;

/// <summary>What an authorization policy does with what it matches.</summary>
public enum PolicyAction
{
    Allow,
    Deny,
}
