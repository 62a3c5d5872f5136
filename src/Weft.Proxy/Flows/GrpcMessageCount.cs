namespace Weft.Proxy.Flows;

/// <summary>Counts the messages of one direction of a gRPC call from its bytes as they pass: five bytes of prefix, then as many as they say.</summary>
internal struct GrpcMessageCount
{
    private const int PrefixLength = 5;

    private int _prefix;
    private uint _length;
    private long _rest;

    /// <summary>Messages whose prefix has passed.</summary>
    public long Count { get; private set; }

    public void Add(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_rest > 0)
            {
                int skipped = (int)Math.Min(_rest, data.Length);
                _rest -= skipped;
                data = data[skipped..];
                continue;
            }

            _length = _prefix == 0 ? 0 : (_length << 8) | data[0];
            data = data[1..];
            if (++_prefix == PrefixLength)
            {
                _prefix = 0;
                _rest = _length;
                Count++;
            }
        }
    }
}
