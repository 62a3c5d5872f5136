using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>Says what would happen to a request, and what has happened to those like it.</summary>
public interface IWhyView
{
    /// <summary>Null when the names are none.</summary>
    ValueTask<WhyAnswer?> AskAsync(WhyQuestion question, CancellationToken stop);
}
