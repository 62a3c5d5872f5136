using System.Security.Cryptography;
using Weft.Contracts.Discovery;
using Weft.Proxy.State;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// The file that a proxy starts from without its control plane. The input is what lies between the magic and the checksum, which is made right: else nothing but the checksum
/// would be tried. Nothing but a <see cref="FormatException"/> may come out, and what was read and written again must be read as the same.
/// </summary>
internal static class StateFileOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        Inner(new SavedResources(7, DateTimeOffset.UnixEpoch.AddDays(20_000), new Dictionary<string, IReadOnlyList<Resource>>())),
        Inner(new SavedResources(7, DateTimeOffset.UnixEpoch.AddDays(20_000), new Dictionary<string, IReadOnlyList<Resource>>
        {
            ["type.example/a"] = [new Resource { Name = "shop/cart", Version = "1" }],
            ["type.example/b"] = [new Resource { Name = "x" }, new Resource { Name = "y" }],
        })),
    ];

    internal static bool Check(byte[] input)
    {
        byte[] whole = [.. "weftres1"u8, .. input];
        SavedResources read;
        try
        {
            read = ResourceFile.Decode([.. whole, .. SHA256.HashData(whole)]);
        }
        catch (FormatException)
        {
            return false;
        }

        byte[] once = ResourceFile.Encode(read);
        byte[] twice = ResourceFile.Encode(ResourceFile.Decode(once));
        DisagreementException.Unless(once.AsSpan().SequenceEqual(twice), "what was saved is read as the same");
        return true;
    }

    private static byte[] Inner(SavedResources saved) => ResourceFile.Encode(saved)[8..^SHA256.HashSizeInBytes];
}
