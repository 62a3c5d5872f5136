namespace Weft.Model.Text;

/// <summary>Texts that can be written as UTF-8: every surrogate stands in a pair.</summary>
internal static class WellFormedText
{
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        while (true)
        {
            int at = text.IndexOfAnyInRange('\ud800', '\udfff');
            if (at < 0)
            {
                return true;
            }

            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            text = text[(at + 2)..];
        }
    }
}
