using System.Globalization;
using Weft.Model.Text;

namespace Weft.Model.Reading;

/// <summary>
/// Reads the fields of one object. Every mistake becomes a finding and reading goes on with a harmless value, so that all mistakes are
/// reported at once. The fields asked for are the fields known: <see cref="Finish"/> reports the others.
/// </summary>
internal sealed class ObjectReader(MappingNode node, string path, ReadContext context)
{
    private const int TextCharsMax = 4096;
    private readonly List<string> _known = [];
    private Dictionary<string, string>? _unsupported;

    public MappingNode Node => node;

    public string Path => path;

    public ReadContext Context => context;

    public bool Has(string name) => node.Find(name) is { Value: not ScalarNode { Type: ScalarType.Null } };

    /// <summary>True for a field that was asked for.</summary>
    public bool IsKnown(string name) => _known.Contains(name);

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Names a field that the standard has and Weft does not do yet; using it is an error with this explanation.</summary>
    public ObjectReader NotSupported(string name, string explanation)
    {
        (_unsupported ??= new(StringComparer.Ordinal))[name] = explanation;
        return this;
    }

    /// <summary>A field that may stand there and is not looked at.</summary>
    public ObjectReader Ignore(params ReadOnlySpan<string> names)
    {
        _known.AddRange(names);
        return this;
    }

    /// <summary>The value of a field; null when it is absent or null.</summary>
    public DocumentNode? Take(string name)
    {
        _known.Add(name);
        DocumentNode? value = node.Find(name)?.Value;
        return value is ScalarNode { Type: ScalarType.Null } ? null : value;
    }

    public string? Text(string name, int charsMax = TextCharsMax)
        => Take(name) is { } value ? TextOf(value, PathOf(name), charsMax) : null;

    /// <summary>Empty after a finding.</summary>
    public string RequiredText(string name, string example, bool allowEmpty = false)
    {
        string? text = Text(name);
        if (text is null ? !Has(name) : text.Length == 0 && !allowEmpty)
        {
            Missing(name, example);
        }

        return text ?? "";
    }

    /// <summary>A DNS label; null when it is absent or bad.</summary>
    public string? Label(string name)
    {
        string? text = Text(name);
        return text is null || IsLabel(name, text) ? text : null;
    }

    /// <summary>A DNS label; empty after a finding.</summary>
    public string RequiredLabel(string name, string example)
    {
        string text = RequiredText(name, example);
        return text.Length > 0 && IsLabel(name, text) ? text : "";
    }

    public int? Integer(string name, int min, int max)
        => Take(name) is { } value ? IntegerOf(value, PathOf(name), min, max) : null;

    /// <summary>Zero after a finding.</summary>
    public int RequiredInteger(string name, int min, int max, string example)
    {
        int? number = Integer(name, min, max);
        if (number is null && !Has(name))
        {
            Missing(name, example);
        }

        return number ?? 0;
    }

    /// <summary>A percentage from 0 to 100 with at most four decimals, in millionths: 2.5 is 25,000.</summary>
    public int? Percentage(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value is not ScalarNode { Type: ScalarType.Integer or ScalarType.Float } scalar)
        {
            WrongType(value, PathOf(name), "a number from 0 to 100");
            return null;
        }

        const decimal Millionths = 10_000;
        if (decimal.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            && percent is >= 0 and <= 100 && decimal.IsInteger(percent * Millionths))
        {
            return (int)(percent * Millionths);
        }

        context.Add(FindingCodes.OutOfRange, value, PathOf(name), $"{context.Subject} has {PathOf(name)} {Shorten(scalar.Value)}, which is no percentage",
            "a percentage is a number from 0 to 100 with at most four decimals", null, "write it like 5 or 0.1");
        return null;
    }

    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!GatewayDuration.TryParse(text, out TimeSpan duration))
        {
            Fail(FindingCodes.BadDuration, name, $"has a duration that cannot be read: \"{text}\"",
                "a duration is one to four numbers of at most five digits, each with h, m, s or ms", "write it like \"10s\", \"1m30s\" or \"250ms\"");
            return null;
        }

        if (duration < min || duration > max)
        {
            Fail(FindingCodes.OutOfRange, name, $"has {name} {text}, out of range",
                $"{name} must be between {GatewayDuration.Format(min)} and {GatewayDuration.Format(max)}", "choose a value in the range");
            return null;
        }

        return duration;
    }

    public T Choice<T>(string name, ChoiceSet<T> choices, T standard)
        where T : struct, Enum
        => OptionalChoice(name, choices) ?? standard;

    public T? OptionalChoice<T>(string name, ChoiceSet<T> choices)
        where T : struct, Enum
    {
        if (Text(name) is not { } word)
        {
            return null;
        }

        if (choices.TryParse(word, out T value))
        {
            return value;
        }

        context.Add(FindingCodes.UnknownValue, node.Find(name)!.Value.Value, PathOf(name),
            $"{context.Subject} has an unknown {name} \"{word}\"",
            $"{name} is one of: {string.Join(", ", choices.Words)}",
            NearestName.Find(word, choices.Words),
            "use one of these words");
        return null;
    }

    public ObjectReader? Object(string name)
    {
        switch (Take(name))
        {
            case null:
                return null;
            case MappingNode mapping:
                return new ObjectReader(mapping, PathOf(name), context);
            case { } other:
                WrongType(other, PathOf(name), "an object");
                return null;
        }
    }

    public ObjectReader? RequiredObject(string name, string example)
    {
        ObjectReader? inner = Object(name);
        if (inner is null && !Has(name))
        {
            Missing(name, example);
        }

        return inner;
    }

    /// <summary>The items of a list of objects; items that are none are findings and are left out.</summary>
    public List<ObjectReader> Objects(string name, int itemsMax)
    {
        List<ObjectReader> readers = [];
        foreach ((DocumentNode item, string itemPath) in Items(name, itemsMax))
        {
            if (item is MappingNode mapping)
            {
                readers.Add(new ObjectReader(mapping, itemPath, context));
            }
            else
            {
                WrongType(item, itemPath, "an object");
            }
        }

        return readers;
    }

    public List<string> Texts(string name, int itemsMax, Func<string, bool>? isValid = null, string? rule = null)
    {
        List<string> texts = [];
        foreach ((DocumentNode item, string itemPath) in Items(name, itemsMax))
        {
            if (TextOf(item, itemPath, TextCharsMax) is not { } text)
            {
                continue;
            }

            if (isValid is not null && !isValid(text))
            {
                context.Add(FindingCodes.BadValue, item, itemPath, $"{context.Subject} has a bad value \"{text}\" in {name}", rule, null, "correct the value");
                continue;
            }

            texts.Add(text);
        }

        return texts;
    }

    /// <summary>The items of a list in which whole numbers and text may stand, as they were written; a mistake in one is reported by its message, cause and fix.</summary>
    public List<(string Text, Action<string, string, string> Fail)> NumbersOrTexts(string name, int itemsMax)
    {
        List<(string, Action<string, string, string>)> texts = [];
        foreach ((DocumentNode item, string itemPath) in Items(name, itemsMax))
        {
            if (item is ScalarNode { Type: ScalarType.Integer } number)
            {
                texts.Add((Shorten(number.Value), Fail));
            }
            else if (TextOf(item, itemPath, TextCharsMax) is { } text)
            {
                texts.Add((Shorten(text), Fail));
            }

            void Fail(string message, string cause, string fix) => context.Add(FindingCodes.BadValue, item, itemPath, $"{context.Subject} {message}", cause, null, fix);
        }

        return texts;
    }

    public List<int> Integers(string name, int min, int max, int itemsMax)
    {
        List<int> numbers = [];
        foreach ((DocumentNode item, string itemPath) in Items(name, itemsMax))
        {
            if (IntegerOf(item, itemPath, min, max) is { } number)
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    /// <summary>A map whose keys and values are those of labels.</summary>
    public Dictionary<string, string> LabelMap(string name)
    {
        Dictionary<string, string> map = KeyedTextMap(name);
        foreach ((string key, string value) in map)
        {
            if (!DnsName.IsLabelValue(value))
            {
                Fail(
                    FindingCodes.BadValue,
                    name,
                    $"has a bad value for \"{key}\" in {name}",
                    "a label's value is at most 63 letters, digits, \"-\", \"_\" or \".\"",
                    "shorten or correct it, or use an annotation");
            }
        }

        return map;
    }

    /// <summary>A map from keys such as those of annotations to any text.</summary>
    public Dictionary<string, string> KeyedTextMap(string name)
    {
        const int ItemsMax = 256;
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        if (Object(name) is not { } inner)
        {
            return map;
        }

        if (inner.Node.Entries.Count > ItemsMax)
        {
            TooMany(inner.Node, inner.Path, ItemsMax);
            return map;
        }

        foreach (MappingEntry entry in inner.Node.Entries)
        {
            string key = entry.Key.Value;
            if (!DnsName.IsLabelKey(key))
            {
                context.Add(
                    FindingCodes.BadName,
                    entry.Key,
                    inner.Path,
                    $"{context.Subject} has a bad key \"{Shorten(key)}\" in {name}",
                    "a key is an optional DNS name and \"/\", then 1 to 63 letters, digits, \"-\", \"_\" or \".\"",
                    null,
                    "correct the key");
            }
            else if (TextOf(entry.Value, $"{inner.Path}.{key}", TextCharsMax * 16) is { } text)
            {
                map[key] = text;
            }
        }

        return map;
    }

    /// <summary>Reports a field of this object; the message continues "HTTPRoute "shop/cart" ".</summary>
    public void Fail(string code, string name, string message, string? cause = null, params string[] fixes)
        => context.Add(code, node.Find(name)?.Value ?? node, PathOf(name), $"{context.Subject} {message}", cause, null, fixes);

    /// <summary>Reports this object as a whole.</summary>
    public void FailHere(string code, string message, string? cause = null, params string[] fixes)
        => context.Add(code, node, path, $"{context.Subject} {message}", cause, null, fixes);

    public void Missing(string name, string example)
        => context.Add(
            FindingCodes.Missing,
            node,
            PathOf(name),
            $"{context.Subject} lacks {PathOf(name)}",
            "the field is required",
            null,
            $"add it, for example: {example}");

    /// <summary>Reports every field that nobody asked for.</summary>
    public void Finish()
    {
        foreach (MappingEntry entry in node.Entries)
        {
            string name = entry.Key.Value;
            if (_known.Contains(name))
            {
                continue;
            }

            if (_unsupported is not null && _unsupported.TryGetValue(name, out string? explanation))
            {
                context.Add(
                    FindingCodes.NotSupported,
                    entry.Key,
                    PathOf(name),
                    $"{context.Subject} uses {PathOf(name)}, which is not supported yet",
                    explanation,
                    null,
                    "remove the field");
                continue;
            }

            string? near = NearestName.Find(name, _known);
            context.Add(FindingCodes.UnknownField, entry.Key, PathOf(name), $"{context.Subject} has an unknown field \"{name}\"",
                $"known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}", near,
                near is null ? "remove the field" : $"change it to \"{near}\"");
        }
    }

    public void WrongType(DocumentNode value, string valuePath, string expected)
        => context.Add(FindingCodes.WrongType, value, valuePath, $"{context.Subject} has {value.Description} where {expected} belongs",
            $"{valuePath} must be {expected}", null,
            expected == "text" && value is ScalarNode scalar ? $"put it in quotes: \"{scalar.Value}\"" : $"write {expected} here");

    private bool IsLabel(string name, string text)
    {
        if (DnsName.IsLabel(text))
        {
            return true;
        }

        Fail(FindingCodes.BadName, name, $"has a bad name \"{Shorten(text)}\"",
            "a name is 1 to 63 lower-case letters, digits and \"-\", and begins and ends with a letter or digit", "choose such a name");
        return false;
    }

    private IEnumerable<(DocumentNode Item, string Path)> Items(string name, int itemsMax)
    {
        DocumentNode? value = Take(name);
        if (value is null)
        {
            yield break;
        }

        if (value is not SequenceNode sequence)
        {
            WrongType(value, PathOf(name), "a list");
            yield break;
        }

        if (sequence.Items.Count > itemsMax)
        {
            TooMany(value, PathOf(name), itemsMax);
            yield break;
        }

        for (int i = 0; i < sequence.Items.Count; i++)
        {
            yield return (sequence.Items[i], string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)}[{i}]"));
        }
    }

    private void TooMany(DocumentNode at, string atPath, int itemsMax)
        => context.Add(
            FindingCodes.TooMany,
            at,
            atPath,
            $"{context.Subject} has too many items in {atPath}",
            $"at most {itemsMax} are accepted",
            null,
            "split the resource");

    private string? TextOf(DocumentNode value, string valuePath, int charsMax)
    {
        if (value is not ScalarNode { Type: ScalarType.Text } scalar)
        {
            WrongType(value, valuePath, "text");
            return null;
        }

        if (scalar.Value.Length <= charsMax)
        {
            return scalar.Value;
        }

        context.Add(FindingCodes.OutOfRange, new ScalarNode(Shorten(scalar.Value), quoted: true, value.Line, value.Column), valuePath,
            $"{context.Subject} has a text of {scalar.Value.Length} characters in {valuePath}", $"at most {charsMax} are accepted", null, "shorten it");
        return null;
    }

    private int? IntegerOf(DocumentNode value, string valuePath, int min, int max)
    {
        if (value is not ScalarNode { Type: ScalarType.Integer } scalar)
        {
            WrongType(value, valuePath, "a whole number");
            return null;
        }

        if (int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max)
        {
            return number;
        }

        context.Add(FindingCodes.OutOfRange, value, valuePath, $"{context.Subject} has {valuePath} {Shorten(scalar.Value)}, out of range",
            $"it must be a decimal number between {min} and {max}", null, "choose a value in the range");
        return null;
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
