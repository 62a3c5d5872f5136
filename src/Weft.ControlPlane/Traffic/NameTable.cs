namespace Weft.ControlPlane.Traffic;

/// <summary>Keeps one copy of texts that come again and again from many proxies. Guarded by the store's lock.</summary>
internal sealed class NameTable
{
    /// <summary>Beyond, texts are kept as they come: more memory, same meaning.</summary>
    private const int Max = 400_000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal string Share(string name)
    {
        if (name.Length == 0)
        {
            return "";
        }

        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (_names.Count < Max)
        {
            _names.Add(name);
        }

        return name;
    }
}
