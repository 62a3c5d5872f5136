namespace Weft.Routing.Balancing;

/// <summary>The endpoints that one exchange has tried already, at most <see cref="Capacity"/>.</summary>
public struct TriedEndpoints
{
    /// <summary>More attempts than anyone makes for one exchange; what is tried beyond is not remembered.</summary>
    public const int Capacity = 4;

    private EndpointLoad? _first;
    private EndpointLoad? _second;
    private EndpointLoad? _third;
    private EndpointLoad? _fourth;

    public int Count { get; private set; }

    public void Add(EndpointLoad load)
    {
        switch (Count)
        {
            case 0:
                _first = load;
                break;
            case 1:
                _second = load;
                break;
            case 2:
                _third = load;
                break;
            case 3:
                _fourth = load;
                break;
            default:
                return;
        }

        Count++;
    }

    public readonly bool Contains(EndpointLoad load)
        => Count > 0 && (ReferenceEquals(load, _first) || ReferenceEquals(load, _second) || ReferenceEquals(load, _third) || ReferenceEquals(load, _fourth));
}
