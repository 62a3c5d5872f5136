using Xunit;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>Tests that look at the memory of the whole process: they run alone, because what other tests hold meanwhile would be counted too.</summary>
[CollectionDefinition(nameof(WholeHeap), DisableParallelization = true)]
public sealed class WholeHeap;
