using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Weft.Contracts.Flow;

/// <summary>
/// A filter of the mesh's one query language, compiled: <c>status&gt;=500 &amp;&amp; path.startsWith("/api")</c>. Proxy, server and command line share it;
/// docs/reference/flow-record.md describes it. Asking it allocates nothing.
/// </summary>
public sealed class Filter
{
    /// <summary>Longest text of a filter.</summary>
    public const int LengthMax = 4_096;

    private readonly FilterNode? _root;

    private Filter(FilterNode? root) => _root = root;

    /// <summary>The filter that matches everything: what an empty text means.</summary>
    public static Filter All { get; } = new(null);

    public bool IsAll => _root is null;

    /// <summary>Compiles a filter over flow records.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? error)
        => TryParse(text, FilterSchema.Flows, out filter, out error);

    /// <summary>Compiles a filter; an empty text matches everything.</summary>
    public static bool TryParse(string text, FilterSchema schema, [NotNullWhen(true)] out Filter? filter, [NotNullWhen(false)] out FilterError? error)
    {
        filter = null;
        error = null;
        if (text.Length > LengthMax)
        {
            error = new FilterError(LengthMax + 1, $"a filter is at most {LengthMax} characters long");
            return false;
        }

        try
        {
            List<FilterToken> tokens = new FilterLexer(text).ReadAll();
            filter = tokens.Count == 1 ? All : new Filter(new FilterParser(tokens, schema).ParseAll());
            return true;
        }
        catch (FilterException wrong)
        {
            error = wrong.Error;
            return false;
        }
    }

    /// <summary>Whether a subject of the filter's schema matches.</summary>
    public bool Matches<T>(in T subject)
        where T : IFilterSubject, allows ref struct
        => _root is null || _root.Matches(subject);

    /// <summary>Whether a subject may match of which only some fields are known yet. What may not, needs not be read to the end.</summary>
    /// <param name="subject">Asked for known fields only.</param>
    /// <param name="known">A bit for each field that is known, at its id.</param>
    /// <returns>False only when the subject does not match whatever its other fields are.</returns>
    public bool MayMatch<T>(in T subject, ulong known)
        where T : IFilterSubject, allows ref struct
        => _root is null || _root.MayBe(true, subject, known);

    /// <summary>Whether a flow record matches a filter over flow records.</summary>
    public bool Matches(FlowRecord record) => Matches(new FlowSubject<FlowRecordView>(new FlowRecordView(record)));

    /// <summary>The filter in its plainest form, which means the same when compiled again.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        _root?.Write(text);
        return text.ToString();
    }
}
