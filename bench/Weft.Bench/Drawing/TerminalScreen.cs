using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Bench.Drawing;

/// <summary>A terminal without an end below: takes what a program wrote and knows what then stands where.
/// Understands what command lines use of ECMA-48: cursor movement, erasing, colours.</summary>
internal sealed class TerminalScreen
{
    private const char Escape = '\x1b';
    private const int Tab = 8;

    private readonly List<List<(Rune Rune, Pen Pen)>> _rows = [[]];
    private Pen _pen;
    private int _row;
    private int _column;

    private TerminalScreen()
    {
    }

    public IReadOnlyList<IReadOnlyList<(Rune Rune, Pen Pen)>> Rows => _rows;

    /// <summary>The screen after <paramref name="output"/>; when the program hid the cursor to draw again and again, the screen as it was before it showed the cursor again.</summary>
    public static TerminalScreen After(string output)
    {
        const string ShowCursor = "\x1b[?25h";
        const string HideCursor = "\x1b[?25l";
        int hidden = output.IndexOf(HideCursor, StringComparison.Ordinal);
        int shown = hidden < 0 ? -1 : output.IndexOf(ShowCursor, hidden, StringComparison.Ordinal);
        TerminalScreen screen = new();
        screen.Write(shown < 0 ? output : output[..shown]);
        return screen;
    }

    private void Write(string output)
    {
        for (int i = 0; i < output.Length;)
        {
            if (output[i] == Escape)
            {
                i = Control(output, i + 1);
                continue;
            }

            Rune rune = Rune.GetRuneAt(output, i);
            i += rune.Utf16SequenceLength;
            switch (rune.Value)
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    MoveTo(_row + 1);
                    break;
                case '\b':
                    _column = Math.Max(0, _column - 1);
                    break;
                case '\t':
                    _column = (_column / Tab + 1) * Tab;
                    break;
                case >= ' ':
                    Put(rune);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Obeys the sequence whose first character after the escape is at <paramref name="at"/>; returns where it ends.</summary>
    private int Control(string output, int at)
    {
        if (at >= output.Length || output[at] != '[')
        {
            return at + 1;
        }

        int end = at + 1;
        while (end < output.Length && output[end] is < '@' or > '~')
        {
            end++;
        }

        if (end < output.Length && output[at + 1] != '?')
        {
            Obey(output[end], Numbers(output[(at + 1)..end]));
        }

        return end + 1;
    }

    private void Obey(char command, int[] numbers)
    {
        int count = Math.Max(1, numbers[0]);
        switch (command)
        {
            case 'A':
                MoveTo(Math.Max(0, _row - count));
                break;
            case 'B':
                MoveTo(_row + count);
                break;
            case 'C':
                _column += count;
                break;
            case 'D':
                _column = Math.Max(0, _column - count);
                break;
            case 'G':
                _column = count - 1;
                break;
            case 'K':
                EraseLine(numbers[0]);
                break;
            case 'J' when numbers[0] == 0:
                EraseLine(0);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'm':
                _pen = _pen.Select(numbers);
                break;
            default:
                break;
        }
    }

    private void MoveTo(int row)
    {
        _row = row;
        while (_rows.Count <= row)
        {
            _rows.Add([]);
        }
    }

    private void Put(Rune rune)
    {
        List<(Rune, Pen)> row = _rows[_row];
        while (row.Count <= _column)
        {
            row.Add((new Rune(' '), default));
        }

        row[_column++] = (rune, _pen);
    }

    private void EraseLine(int which)
    {
        List<(Rune, Pen)> row = _rows[_row];
        if (which == 0)
        {
            row.RemoveRange(Math.Min(_column, row.Count), Math.Max(0, row.Count - _column));
        }
        else if (which == 1)
        {
            CollectionsMarshal.AsSpan(row)[..Math.Min(_column + 1, row.Count)].Fill((new Rune(' '), default));
        }
        else
        {
            row.Clear();
        }
    }

    private static int[] Numbers(string text)
        => [.. text.Split(';').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
}
