namespace Weft.Proxy.Protocols;

/// <summary>What a reader of a body finds.</summary>
internal enum BodyState
{
    /// <summary>Bytes are here.</summary>
    Data,

    /// <summary>Nothing yet: await <see cref="HttpStream.Received"/>.</summary>
    Wait,

    /// <summary>The message is complete, trailers included.</summary>
    End,

    /// <summary>The message will never be complete; see <see cref="HttpStream.Fault"/>.</summary>
    Failed,
}
