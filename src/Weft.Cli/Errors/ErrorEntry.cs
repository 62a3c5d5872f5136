namespace Weft.Cli.Errors;

/// <summary>One code as <c>weft explain</c> and the reference page tell it.</summary>
/// <param name="Code">"WF" and four digits; never used again for something else.</param>
/// <param name="Title">What happened, one line.</param>
/// <param name="Meaning">Why Weft says so and what it means for traffic.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ErrorEntry(string Code, string Title, string Meaning, string Remedy)
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";

    public string Kind { get; init; } = "Explanation";
}
