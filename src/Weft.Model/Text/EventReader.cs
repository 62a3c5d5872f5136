using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weft.Model.Text;

/// <summary>
/// The scanner's events. Some damaged texts make the scanner break with an exception of its own inside; to us that is a syntax error like any
/// other, at the last place that it had understood.
/// </summary>
internal sealed class EventReader(TextReader text)
{
    private readonly Parser _parser = new(text);

    public ParsingEvent Current => _parser.Current!;

    /// <summary>False at the end of the text.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException fault) when (_parser.Current is { } last && fault.Start.Index < last.Start.Index)
        {
            // Some of the scanner's own faults carry no place.
            throw new YamlException(last.End, last.End, fault.Message, fault);
        }
        catch (Exception fault) when (fault is not YamlException and not OutOfMemoryException)
        {
            Mark place = _parser.Current?.End ?? Mark.Empty;
            throw new YamlException(place, place, "the text after this place cannot be understood", fault);
        }
    }
}
