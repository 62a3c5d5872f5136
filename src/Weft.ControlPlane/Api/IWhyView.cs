using Weft.Contracts.Api;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Api;

/// <summary>Says what would happen to a request, and what has happened to those like it.</summary>
public interface IWhyView
{
    /// <summary>Null when the names are none.</summary>
    /// <param name="question">The request.</param>
    /// <param name="instead">Judge by this model instead of what is in force; null: by what is.</param>
    /// <param name="stop">Ends the reading.</param>
    ValueTask<WhyAnswer?> AskAsync(WhyQuestion question, ModelRevision? instead, CancellationToken stop);
}
