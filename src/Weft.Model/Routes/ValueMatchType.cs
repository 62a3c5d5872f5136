namespace Weft.Model.Routes;

/// <summary>How a header value, query value or gRPC name is compared.</summary>
public enum ValueMatchType
{
    Exact,
    RegularExpression,
}
