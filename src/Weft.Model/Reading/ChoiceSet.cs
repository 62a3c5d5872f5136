namespace Weft.Model.Reading;

/// <summary>The words that a field may hold and what each means. The first one is the default of most fields.</summary>
internal sealed class ChoiceSet<T>(params (string Word, T Value)[] choices)
    where T : struct, Enum
{
    public IEnumerable<string> Words => choices.Select(choice => choice.Word);

    public bool TryParse(string word, out T value)
    {
        foreach ((string candidate, T meaning) in choices)
        {
            if (candidate == word)
            {
                value = meaning;
                return true;
            }
        }

        value = default;
        return false;
    }

    public string WordOf(T value) => choices.First(choice => choice.Value.Equals(value)).Word;

    /// <summary>The word, or null for the default, which the canonical form leaves out.</summary>
    public string? WordUnlessDefault(T value, T standard) => value.Equals(standard) ? null : WordOf(value);
}
