namespace Weft.ControlPlane.Traffic;

/// <summary>Numbers for reasons, so that points keep a byte instead of a text. Numbers are kept in the history file and never change.</summary>
internal sealed class ReasonTable
{
    /// <summary>For reasons beyond the bound.</summary>
    internal const int Other = 0;

    private const int Max = 1_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { ["other"] = Other };
    private string[] _names = ["other"];

    internal int Count => Volatile.Read(ref _names).Length;

    internal string NameOf(int number)
    {
        string[] names = Volatile.Read(ref _names);
        return number >= 0 && number < names.Length ? names[number] : "other";
    }

    /// <summary>The number of what a cell says of its ending; -1 for an ordinary one, which is not counted by reason.</summary>
    internal int NumberOfEnding(string reason) => reason is "" or "OK" ? -1 : NumberOf(reason);

    internal int NumberOf(string name)
    {
        lock (_lock)
        {
            if (_numbers.TryGetValue(name, out int number))
            {
                return number;
            }

            if (_names.Length >= Max)
            {
                return Other;
            }

            number = _names.Length;
            _numbers.Add(name, number);
            Volatile.Write(ref _names, [.. _names, name]);
            return number;
        }
    }

    /// <summary>Puts back what an earlier run of the server numbered, in the order of the numbers.</summary>
    internal void Restore(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            NumberOf(name);
        }
    }

    /// <summary>Names from a number on, in order.</summary>
    internal IReadOnlyList<string> From(int number) => Volatile.Read(ref _names)[Math.Min(number, Count)..];
}
