namespace Weft.Testing;

/// <summary>
/// A parser with a bug, planted behind a word of four bytes that are looked at one by one. Changing inputs blindly does not get there; being guided by coverage does, one byte
/// after another. It shows that the hunt is what it claims to be.
/// </summary>
public static class PlantedBug
{
    /// <exception cref="InvalidOperationException">The bug was reached.</exception>
    public static bool Parse(ReadOnlySpan<byte> input)
    {
        int at = 0;
        while (at < input.Length && input[at] is >= (byte)'a' and <= (byte)'z')
        {
            at++;
        }

        return at + 4 <= input.Length && Matches(input[at..]);
    }

    private static bool Matches(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != 0x1f)
        {
            return false;
        }

        if (rest[1] != 0x8b)
        {
            return false;
        }

        if (rest[2] != 0x57)
        {
            return false;
        }

        return rest[3] == 0xe3 ? throw new InvalidOperationException("the planted bug") : true;
    }
}
