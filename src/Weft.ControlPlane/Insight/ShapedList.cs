using System.Collections;

namespace Weft.ControlPlane.Insight;

/// <summary>A list whose elements are made anew whenever they are looked at: of a large answer only what is being written exists.</summary>
internal sealed class ShapedList<TFrom, T>(IReadOnlyList<TFrom> from, Func<TFrom, T> shape) : IReadOnlyList<T>
{
    public int Count => from.Count;

    public T this[int index] => shape(from[index]);

    public IEnumerator<T> GetEnumerator() => from.Select(shape).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
