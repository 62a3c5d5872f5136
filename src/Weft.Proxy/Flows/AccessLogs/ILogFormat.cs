using System.Buffers;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>Writes one record as one line, newline included.</summary>
internal interface ILogFormat
{
    void Write(FlowView view, IBufferWriter<byte> to);
}
