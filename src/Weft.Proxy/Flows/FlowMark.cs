namespace Weft.Proxy.Flows;

/// <summary>Why a record is of interest without anybody asking.</summary>
internal enum FlowMark : byte
{
    None,

    /// <summary>The head-sampled share, the same on both proxies of a hop.</summary>
    Rate,

    Slow,

    Error,
}
