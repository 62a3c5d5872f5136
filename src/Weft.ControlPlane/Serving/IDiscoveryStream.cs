namespace Weft.ControlPlane.Serving;

/// <summary>One side of a discovery stream without its transport, so that both protocols are served by the same pump.</summary>
internal interface IDiscoveryStream<in TRequest, out TResponse> : ISubscriber, IDisposable
    where TResponse : class
{
    void Handle(TRequest request);

    TResponse? Next();

    Task WaitAsync(CancellationToken stop);
}
