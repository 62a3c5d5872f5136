using Weft.Contracts.Api;
using Weft.Model.Text;

namespace Weft.Model.Reading;

/// <summary>What the readers of one document share: the file, how the resource is called, and where findings go.</summary>
internal sealed class ReadContext(string file, FindingSink findings)
{
    public string File => file;

    /// <summary>"HTTPRoute "shop/cart"" as soon as it is known, "the document" before.</summary>
    public string Subject { get; set; } = "the document";

    public void Add(string code, DocumentNode at, string path, string message, string? cause = null, string? near = null, params string[] fixes)
        => findings.Add(new Finding
        {
            Code = code,
            Message = message,
            Location = new FindingLocation(file, at.Line, at.Column, path.Length == 0 ? null : path, (at as ScalarNode)?.Value),
            Cause = cause,
            Near = near,
            Fixes = fixes,
        });
}
