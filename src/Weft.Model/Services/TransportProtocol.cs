namespace Weft.Model.Services;

/// <summary>The transport of a port.</summary>
internal enum TransportProtocol
{
    Tcp,
}
