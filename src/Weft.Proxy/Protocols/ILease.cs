namespace Weft.Proxy.Protocols;

/// <summary>A borrowed upstream stream. It is given back exactly once; a stream that is not clean then is not used again.</summary>
internal interface ILease
{
    HttpStream Stream { get; }

    /// <summary>Whether another exchange used the connection before: its first failure may mean only that it was stale.</summary>
    bool IsReused { get; }

    /// <summary>Whether any part of an answer has arrived.</summary>
    bool HasAnswered { get; }

    /// <summary>Waits for the next response head, interim ones included. False when it will not come; see <see cref="HttpStream.Fault"/>.</summary>
    ValueTask<bool> ReceiveHeadAsync();

    void GiveBack();
}
