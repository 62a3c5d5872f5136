namespace Weft.Model.Routes;

/// <summary>How a path is compared.</summary>
public enum PathMatchType
{
    PathPrefix,
    Exact,
    RegularExpression,
}
