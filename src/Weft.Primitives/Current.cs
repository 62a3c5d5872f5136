namespace Weft.Primitives;

/// <summary>One immutable value that one thread publishes and every thread reads, whole or not at all.</summary>
public sealed class Current<T>(T first)
    where T : class
{
    private T _value = first;

    public T Value => Volatile.Read(ref _value);

    public void Publish(T next) => Volatile.Write(ref _value, next);
}
