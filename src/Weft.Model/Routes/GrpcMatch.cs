namespace Weft.Model.Routes;

/// <summary>Conditions on a gRPC call that must all hold. Null for service or method: any.</summary>
public sealed record GrpcMatch
{
    public ValueMatchType MethodType { get; init; }

    public string? Service { get; init; }

    public string? Method { get; init; }

    public IReadOnlyList<ValueMatch> Headers { get; init; } = [];
}
