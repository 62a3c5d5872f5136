namespace Weft.Cli.Commands;

/// <summary>
/// Places a directed graph in columns, callers left of what they call (Sugiyama, Tagawa and Toda, 1981): cycles are opened by turning edges, each node comes one
/// column after its last caller, edges that cross several columns get a place in each, and places are sorted by the mean of their neighbours to spare
/// crossings. The same graph always gives the same picture.
/// </summary>
internal sealed class GraphLayout
{
    private const int Sweeps = 8;

    private readonly List<int>[] _next;
    private readonly List<List<int>> _columns = [];
    private readonly List<int> _columnOf;
    private readonly List<(List<int> Before, List<int> After)> _links = [];
    private readonly int _nodes;

    /// <param name="nodes">How many; they are numbered from 0.</param>
    /// <param name="edges">From whom to whom. Those from a node to itself take no part.</param>
    public GraphLayout(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        _nodes = nodes;
        _next = [.. Enumerable.Range(0, nodes).Select(_ => new List<int>())];
        var turned = Open(nodes, edges);
        foreach (var (from, to) in edges.Where(static e => e.From != e.To))
        {
            _next[turned.Contains((from, to)) ? to : from].Add(turned.Contains((from, to)) ? from : to);
        }

        _columnOf = [.. Columns()];
        _links.AddRange(Enumerable.Range(0, nodes).Select(static _ => (new List<int>(), new List<int>())));
        Chains = [.. edges.Select(e => e.From == e.To ? [] : turned.Contains((e.From, e.To)) ? Chain(e.To, e.From).Reverse().ToArray() : Chain(e.From, e.To))];
        Fill();
        Sort();
    }

    /// <summary>For each edge the numbers of the places that it passes, both ends included; empty for one from a node to itself. Numbers from the count of nodes on are places without a node.</summary>
    public IReadOnlyList<int[]> Chains { get; }

    /// <summary>The places of each column, top to bottom.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Places => _columns;

    public bool IsNode(int place) => place < _nodes;

    /// <summary>Edges that lead back to where a walk from the first callers has come from.</summary>
    private static HashSet<(int From, int To)> Open(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        var called = edges.Where(static e => e.From != e.To).Select(static e => e.To).ToHashSet();
        var after = edges.ToLookup(static e => e.From, static e => e.To);
        var state = new int[nodes];
        HashSet<(int, int)> back = [];
        foreach (var start in Enumerable.Range(0, nodes).OrderBy(called.Contains))
        {
            Stack<(int Node, IEnumerator<int> Calls)> path = new();
            Enter(start);
            while (path.TryPeek(out var top))
            {
                if (!top.Calls.MoveNext())
                {
                    state[path.Pop().Node] = 2;
                }
                else if (state[top.Calls.Current] == 1 && top.Calls.Current != top.Node)
                {
                    back.Add((top.Node, top.Calls.Current));
                }
                else
                {
                    Enter(top.Calls.Current);
                }
            }

            void Enter(int node)
            {
                if (state[node] == 0)
                {
                    state[node] = 1;
                    path.Push((node, after[node].GetEnumerator()));
                }
            }
        }

        return back;
    }

    /// <summary>One column after the last caller; turned edges have left no cycle.</summary>
    private int[] Columns()
    {
        var columns = new int[_nodes];
        var waiting = new int[_nodes];
        foreach (var to in _next.SelectMany(static all => all))
        {
            waiting[to]++;
        }

        Queue<int> ready = new(Enumerable.Range(0, _nodes).Where(node => waiting[node] == 0));
        while (ready.TryDequeue(out var node))
        {
            foreach (var to in _next[node])
            {
                columns[to] = Math.Max(columns[to], columns[node] + 1);
                if (--waiting[to] == 0)
                {
                    ready.Enqueue(to);
                }
            }
        }

        return columns;
    }

    private int[] Chain(int from, int to)
    {
        List<int> chain = [from];
        for (var column = _columnOf[from] + 1; column <= _columnOf[to]; column++)
        {
            var place = to;
            if (column < _columnOf[to])
            {
                place = _columnOf.Count;
                _columnOf.Add(column);
                _links.Add(([], []));
            }

            _links[chain[^1]].After.Add(place);
            _links[place].Before.Add(chain[^1]);
            chain.Add(place);
        }

        return [.. chain];
    }

    private void Fill()
    {
        for (var place = 0; place < _columnOf.Count; place++)
        {
            while (_columns.Count <= _columnOf[place])
            {
                _columns.Add([]);
            }

            _columns[_columnOf[place]].Add(place);
        }
    }

    private void Sort()
    {
        var at = new double[_columnOf.Count];
        Number();
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var forth = sweep % 2 == 0;
            for (var i = 0; i < _columns.Count; i++)
            {
                var column = _columns[forth ? i : _columns.Count - 1 - i];
                var mean = column.ToDictionary(static place => place, place => Mean(forth ? _links[place].Before : _links[place].After, at, at[place]));
                List<int> sorted = [.. column.OrderBy(place => mean[place])];
                column.Clear();
                column.AddRange(sorted);
                Number();
            }
        }

        void Number()
        {
            foreach (var column in _columns)
            {
                for (var i = 0; i < column.Count; i++)
                {
                    at[column[i]] = (i + 0.5) / column.Count;
                }
            }
        }
    }

    private static double Mean(List<int> neighbours, double[] at, double otherwise) => neighbours.Count == 0 ? otherwise : neighbours.Average(place => at[place]);
}
