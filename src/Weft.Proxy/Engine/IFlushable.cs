namespace Weft.Proxy.Engine;

/// <summary>Has bytes that were written during a turn and go out together at its end.</summary>
internal interface IFlushable
{
    void Flush();
}
