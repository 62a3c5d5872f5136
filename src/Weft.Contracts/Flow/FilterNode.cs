using System.Text;

namespace Weft.Contracts.Flow;

/// <summary>One operation of a compiled filter.</summary>
internal sealed class FilterNode
{
    /// <summary>Fields with this id and above have no bit and count as not known.</summary>
    private const int KnownMax = 64;

    public required FilterOperator Operator { get; init; }

    public FilterNode? Left { get; init; }

    public FilterNode? Right { get; init; }

    public FilterField? Field { get; init; }

    public FilterValue[] Values { get; init; } = [];

    public bool Matches<T>(in T subject)
        where T : IFilterSubject, allows ref struct
        => Operator switch
        {
            FilterOperator.And => Left!.Matches(subject) && Right!.Matches(subject),
            FilterOperator.Or => Left!.Matches(subject) || Right!.Matches(subject),
            FilterOperator.Not => !Left!.Matches(subject),
            _ when Field!.IsText => MatchesText(subject.Text(Field.Id)),
            _ => MatchesNumber(subject.Number(Field.Id)),
        };

    /// <summary>Whether the outcome is possible when only some fields of the subject are known, and the others may have any value.</summary>
    public bool MayBe<T>(bool outcome, in T subject, ulong known)
        where T : IFilterSubject, allows ref struct
        => Operator switch
        {
            FilterOperator.And when outcome => Left!.MayBe(true, subject, known) && Right!.MayBe(true, subject, known),
            FilterOperator.And => Left!.MayBe(false, subject, known) || Right!.MayBe(false, subject, known),
            FilterOperator.Or when outcome => Left!.MayBe(true, subject, known) || Right!.MayBe(true, subject, known),
            FilterOperator.Or => Left!.MayBe(false, subject, known) && Right!.MayBe(false, subject, known),
            FilterOperator.Not => Left!.MayBe(!outcome, subject, known),
            _ => Field!.Id >= KnownMax || (known & (1UL << Field.Id)) == 0 || Matches(subject) == outcome,
        };

    /// <summary>Writes the filter in its plainest form: every operation in parentheses.</summary>
    public void Write(StringBuilder text)
    {
        switch (Operator)
        {
            case FilterOperator.And or FilterOperator.Or:
                text.Append('(');
                Left!.Write(text);
                text.Append(Operator == FilterOperator.And ? " && " : " || ");
                Right!.Write(text);
                text.Append(')');
                break;
            case FilterOperator.Not:
                text.Append('!');
                Left!.Write(text);
                break;
            case FilterOperator.Is:
                text.Append(Field!.Name);
                break;
            case FilterOperator.In:
                text.Append('(').Append(Field!.Name).Append(" in (").AppendJoin(", ", Values.Select(static value => value.Shown)).Append("))");
                break;
            case FilterOperator.StartsWith or FilterOperator.EndsWith or FilterOperator.Contains or FilterOperator.Has:
                text.Append(Field!.Name).Append('.').Append(FilterParser.NameOf(Operator)).Append('(').Append(Values[0].Shown).Append(')');
                break;
            default:
                text.Append('(').Append(Field!.Name).Append(FilterParser.NameOf(Operator)).Append(Values[0].Shown).Append(')');
                break;
        }
    }

    private bool MatchesNumber(double number)
    {
        switch (Operator)
        {
            case FilterOperator.Is:
                return number >= 1;
            case FilterOperator.Equal:
                return number == Values[0].Number;
            case FilterOperator.NotEqual:
                return number < Values[0].Number || number > Values[0].Number;
            case FilterOperator.Less:
                return number < Values[0].Number;
            case FilterOperator.LessOrEqual:
                return number <= Values[0].Number;
            case FilterOperator.Greater:
                return number > Values[0].Number;
            case FilterOperator.GreaterOrEqual:
                return number >= Values[0].Number;
            default:
                foreach (FilterValue value in Values)
                {
                    if (number == value.Number)
                    {
                        return true;
                    }
                }

                return false;
        }
    }

    private bool MatchesText(FlowText text)
    {
        switch (Operator)
        {
            case FilterOperator.Equal:
                return TextMatch.IsEqual(text, Values[0], Field!.Kind);
            case FilterOperator.NotEqual:
                return !TextMatch.IsEqual(text, Values[0], Field!.Kind);
            case FilterOperator.StartsWith:
                return TextMatch.StartsWith(text, Values[0]);
            case FilterOperator.EndsWith:
                return TextMatch.EndsWith(text, Values[0]);
            case FilterOperator.Contains:
                return TextMatch.Contains(text, Values[0]);
            case FilterOperator.Has:
                return TextMatch.Has(text, Values[0]);
            case FilterOperator.Like:
                return TextMatch.IsLike(text, Values[0].Pieces);
            default:
                foreach (FilterValue value in Values)
                {
                    if (TextMatch.IsEqual(text, value, Field!.Kind))
                    {
                        return true;
                    }
                }

                return false;
        }
    }
}
