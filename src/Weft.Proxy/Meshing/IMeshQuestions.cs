using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Meshing;

/// <summary>How a worker asks the control thread for what its snapshot lacks. The answer comes back on the worker's loop.</summary>
internal interface IMeshQuestions
{
    /// <summary>Asks, and waits on <paramref name="wake"/>, which belongs to the asking exchange or connection.</summary>
    ValueTask<Lookup> AskAsync(Question question, Signal wake);

    /// <summary>Says that something is still in use, without waiting for an answer.</summary>
    void Touch(Question question);
}
