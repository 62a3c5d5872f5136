namespace Weft.Contracts.Flow;

/// <summary>
/// Makes operations of tokens (Pratt: an operator binds by its power, "or" weakest, then "and", then "not", then comparisons) and checks that every
/// comparison makes sense for its field.
/// </summary>
internal sealed class FilterParser(List<FilterToken> tokens, FilterSchema schema)
{
    /// <summary>Parentheses and negations inside each other.</summary>
    public const int DepthMax = 32;

    /// <summary>Comparisons in one filter, values of a list included.</summary>
    public const int TermsMax = 200;

    private const int OrPower = 1;
    private const int AndPower = 2;

    private int _next;
    private int _depth;
    private int _terms;

    private FilterToken Here => tokens[_next];

    public static string NameOf(FilterOperator op) => op switch
    {
        FilterOperator.Equal => "==",
        FilterOperator.NotEqual => "!=",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        FilterOperator.GreaterOrEqual => ">=",
        FilterOperator.Like => "=~",
        FilterOperator.StartsWith => "startsWith",
        FilterOperator.EndsWith => "endsWith",
        FilterOperator.Contains => "contains",
        FilterOperator.Has => "has",
        _ => op.ToString(),
    };

    public FilterNode ParseAll()
    {
        FilterNode node = Parse(0);
        if (Here.Kind != FilterTokenKind.End)
        {
            throw Fault(Here, $"{Here.Shown} does not follow; expected && or ||");
        }

        return node;
    }

    private static FilterException Fault(FilterToken at, string message, string? near = null) => new(new FilterError(at.Column, message, near));

    private FilterNode Parse(int least)
    {
        FilterNode left = Prefix();
        while (PowerOf(Here.Kind) is var power && power > least)
        {
            FilterOperator op = Here.Kind == FilterTokenKind.And ? FilterOperator.And : FilterOperator.Or;
            _next++;
            left = new FilterNode { Operator = op, Left = left, Right = Parse(power) };
        }

        return left;
    }

    private static int PowerOf(FilterTokenKind kind) => kind switch
    {
        FilterTokenKind.Or => OrPower,
        FilterTokenKind.And => AndPower,
        _ => 0,
    };

    private FilterNode Prefix()
    {
        FilterToken token = Here;
        if (token.Kind is FilterTokenKind.Not or FilterTokenKind.Open)
        {
            if (++_depth > DepthMax)
            {
                throw Fault(token, $"nested deeper than {DepthMax}");
            }

            _next++;
            FilterNode inner = token.Kind == FilterTokenKind.Not ? new FilterNode { Operator = FilterOperator.Not, Left = Prefix() } : Parse(0);
            if (token.Kind == FilterTokenKind.Open)
            {
                Expect(FilterTokenKind.Close, ")");
            }

            _depth--;
            return inner;
        }

        return Comparison();
    }

    private FilterNode Comparison()
    {
        FilterToken token = Here;
        if (token.Kind != FilterTokenKind.Word)
        {
            throw Fault(token, $"expected the name of a field, not {token.Shown}");
        }

        _next++;
        if (Here.Kind == FilterTokenKind.Open)
        {
            return Call(token);
        }

        FilterField field = Field(token, token.Text);
        return Here switch
        {
            { Kind: FilterTokenKind.Word, Text: "in" } => In(field),
            { Kind: >= FilterTokenKind.Equal and <= FilterTokenKind.Like } => Compare(field),
            _ => Alone(field, token),
        };
    }

    /// <summary>"field.function(value)", or "has(field)".</summary>
    private FilterNode Call(FilterToken token)
    {
        if (token.Text == "has")
        {
            _next++;
            FilterToken name = Here;
            FilterField asked = name.Kind == FilterTokenKind.Word ? Field(name, name.Text) : throw Fault(name, $"expected the name of a field, not {name.Shown}");
            _next++;
            Expect(FilterTokenKind.Close, ")");
            CountTerm(token);
            return asked.IsText && asked.Kind != FilterKind.Hex
                ? new FilterNode { Operator = FilterOperator.Not, Left = new FilterNode { Operator = FilterOperator.Equal, Field = asked, Values = [FilterValue.OfText("")] } }
                : asked.Kind == FilterKind.Hex
                    ? new FilterNode { Operator = FilterOperator.NotEqual, Field = asked, Values = [FilterValue.OfHex("")] }
                    : new FilterNode { Operator = FilterOperator.Greater, Field = asked, Values = [FilterValue.OfNumber(0, "0")] };
        }

        int dot = token.Text.LastIndexOf('.');
        FilterOperator op = token.Text[(dot + 1)..] switch
        {
            "startsWith" => FilterOperator.StartsWith,
            "endsWith" => FilterOperator.EndsWith,
            "contains" => FilterOperator.Contains,
            "has" => FilterOperator.Has,
            _ => FilterOperator.Is,
        };
        if (dot <= 0 || op == FilterOperator.Is)
        {
            throw Fault(token with { Column = token.Column + dot + 1 }, $"\"{token.Text[(dot + 1)..]}\" is no function; expected startsWith, endsWith, contains or has");
        }

        FilterField field = Field(token, token.Text[..dot]);
        if (!field.IsText || field.Kind == FilterKind.Hex)
        {
            throw Fault(token, $"{field.Name} is compared with {FilterQuantity.Example(field.Kind)} and has no {NameOf(op)}");
        }

        _next++;
        FilterValue value = TextValue();
        Expect(FilterTokenKind.Close, ")");
        CountTerm(token);
        return new FilterNode { Operator = op, Field = field, Values = [value] };
    }

    private FilterNode In(FilterField field)
    {
        FilterToken token = Here;
        _next++;
        Expect(FilterTokenKind.Open, "(");
        List<FilterValue> values = [];
        do
        {
            CountTerm(Here);
            values.Add(Value(field));
        }
        while (Take(FilterTokenKind.Comma));
        Expect(FilterTokenKind.Close, ", or )");
        if (field.Kind == FilterKind.Flag)
        {
            throw Fault(token, $"{field.Name} is true or false and needs no list");
        }

        return new FilterNode { Operator = FilterOperator.In, Field = field, Values = [.. values] };
    }

    private FilterNode Compare(FilterField field)
    {
        FilterToken token = Here;
        _next++;
        CountTerm(token);
        FilterOperator op = token.Kind switch
        {
            FilterTokenKind.Equal => FilterOperator.Equal,
            FilterTokenKind.NotEqual => FilterOperator.NotEqual,
            FilterTokenKind.Less => FilterOperator.Less,
            FilterTokenKind.LessOrEqual => FilterOperator.LessOrEqual,
            FilterTokenKind.Greater => FilterOperator.Greater,
            FilterTokenKind.GreaterOrEqual => FilterOperator.GreaterOrEqual,
            _ => FilterOperator.Like,
        };
        bool isOrder = op is FilterOperator.Less or FilterOperator.LessOrEqual or FilterOperator.Greater or FilterOperator.GreaterOrEqual;
        if (isOrder && (field.IsText || field.Kind == FilterKind.Flag))
        {
            throw Fault(token, $"{field.Name} has no order; expected == or !=");
        }

        if (op == FilterOperator.Like && (!field.IsText || field.Kind is FilterKind.Hex or FilterKind.List))
        {
            throw Fault(token, $"{field.Name} is no text for a pattern; expected == or !=");
        }

        if (op == FilterOperator.Like)
        {
            return new FilterNode { Operator = op, Field = field, Values = [FilterValue.OfPattern(TextValue().Characters)] };
        }

        return new FilterNode { Operator = op, Field = field, Values = [Value(field)] };
    }

    private FilterNode Alone(FilterField field, FilterToken token)
    {
        if (field.Kind is not (FilterKind.Flag or FilterKind.Share))
        {
            throw Fault(Here, $"{field.Name} must be compared; expected == != < <= > >= =~ or in");
        }

        CountTerm(token);
        return new FilterNode { Operator = FilterOperator.Is, Field = field };
    }

    private FilterValue Value(FilterField field)
    {
        FilterToken token = Here;
        if (field.Kind == FilterKind.Hex)
        {
            _next++;
            return token.Kind is FilterTokenKind.Word or FilterTokenKind.Number or FilterTokenKind.Quoted && token.Text.Length % 2 == 0 && token.Text.All(char.IsAsciiHexDigit)
                ? FilterValue.OfHex(token.Text)
                : throw Fault(token, $"{field.Name} is compared with hexadecimal digits, not {token.Shown}");
        }

        if (field.IsText)
        {
            return TextValue();
        }

        _next++;
        if (field.Kind == FilterKind.Flag && token.Kind == FilterTokenKind.Word && token.Text is "true" or "false")
        {
            return FilterValue.OfNumber(token.Text == "true" ? 1 : 0, token.Text);
        }

        return field.Kind != FilterKind.Flag && token.Kind == FilterTokenKind.Number && FilterQuantity.TryRead(token.Text, field.Kind, out double number)
            ? FilterValue.OfNumber(number, token.Text)
            : throw Fault(token, $"{field.Name} is compared with {FilterQuantity.Example(field.Kind)}, not {token.Shown}");
    }

    private FilterValue TextValue()
    {
        FilterToken token = Here;
        if (token.Kind is not (FilterTokenKind.Word or FilterTokenKind.Number or FilterTokenKind.Quoted))
        {
            throw Fault(token, $"expected a text, not {token.Shown}");
        }

        _next++;
        return FilterValue.OfText(token.Text);
    }

    private FilterField Field(FilterToken at, string name)
        => schema.Find(name) ?? throw Fault(at, $"there is no field \"{name}\"", schema.Nearest(name));

    private bool Take(FilterTokenKind kind)
    {
        bool found = Here.Kind == kind;
        _next += found ? 1 : 0;
        return found;
    }

    private void Expect(FilterTokenKind kind, string what)
    {
        if (!Take(kind))
        {
            throw Fault(Here, $"expected {what}, not {Here.Shown}");
        }
    }

    private void CountTerm(FilterToken at)
    {
        if (++_terms > TermsMax)
        {
            throw Fault(at, $"more than {TermsMax} comparisons");
        }
    }
}
