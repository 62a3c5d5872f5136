using Weft.Primitives.Net;

namespace Weft.Wire.Dns;

/// <summary>What a resolver answered to a question for addresses.</summary>
/// <param name="Code">NoError without addresses: the name exists, but has none of that kind.</param>
/// <param name="IsTruncated">There is more than was sent: ask again over TCP.</param>
/// <param name="Addresses">With port 0, in the order of the answer.</param>
/// <param name="TtlSeconds">The least of all records that led to the addresses; 0 without addresses.</param>
public sealed record DnsAnswer(DnsResponseCode Code, bool IsTruncated, IReadOnlyList<NetAddress> Addresses, uint TtlSeconds);
