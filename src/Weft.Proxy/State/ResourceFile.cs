using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Weft.Contracts.Discovery;
using Weft.Contracts.Protobuf;

namespace Weft.Proxy.State;

/// <summary>
/// The format of <c>resources.bin</c>, all numbers little-endian:
/// <code>
/// 8 bytes  "weftres1"
/// 8 bytes  commit
/// 8 bytes  time of confirmation, milliseconds of Unix time
/// parts:   4 bytes length, then one DeltaDiscoveryResponse with resources of one type
/// 32 bytes SHA-256 of everything before
/// </code>
/// A file that is cut, changed or of another format is refused as a whole.
/// </summary>
internal static class ResourceFile
{
    /// <summary>Resources are split into parts of about this size, far below what one message may have.</summary>
    private const int PartBytes = 1024 * 1024;

    private const int HeaderLength = 24;

    private static ReadOnlySpan<byte> Magic => "weftres1"u8;

    public static byte[] Encode(SavedResources saved)
    {
        using MemoryStream file = new();
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], saved.Commit);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], saved.ConfirmedAt.ToUnixTimeMilliseconds());
        file.Write(header);
        foreach ((string typeUrl, IReadOnlyList<Resource> resources) in saved.ByType.OrderBy(static t => t.Key, StringComparer.Ordinal))
        {
            EncodeType(file, typeUrl, resources);
        }

        file.Write(SHA256.HashData(file.GetBuffer().AsSpan(0, (int)file.Length)));
        return file.ToArray();
    }

    /// <exception cref="FormatException">The file cannot be trusted; the message says what is wrong with it.</exception>
    public static SavedResources Decode(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength + SHA256.HashSizeInBytes || !file.StartsWith(Magic))
        {
            throw new FormatException("it is not a resource file of this version");
        }

        ReadOnlySpan<byte> body = file[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..]))
        {
            throw new FormatException("its checksum does not match: it was cut or changed");
        }

        long confirmedMs = BinaryPrimitives.ReadInt64LittleEndian(file[16..]);
        if (confirmedMs < 0 || confirmedMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            throw new FormatException("its time of confirmation is none");
        }

        Dictionary<string, List<Resource>> byType = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = body[HeaderLength..];
        while (!rest.IsEmpty)
        {
            DeltaDiscoveryResponse part = ParsePart(ref rest);
            if (!byType.TryGetValue(part.TypeUrl, out List<Resource>? resources))
            {
                byType.Add(part.TypeUrl, resources = []);
            }

            resources.AddRange(part.Resources);
        }

        return new SavedResources(
            BinaryPrimitives.ReadUInt64LittleEndian(file[8..]),
            DateTimeOffset.FromUnixTimeMilliseconds(confirmedMs),
            byType.ToDictionary(static t => t.Key, static t => (IReadOnlyList<Resource>)t.Value, StringComparer.Ordinal));
    }

    private static void EncodeType(MemoryStream file, string typeUrl, IReadOnlyList<Resource> resources)
    {
        DeltaDiscoveryResponse part = new() { TypeUrl = typeUrl };
        int size = 0;
        foreach (Resource resource in resources)
        {
            part.Resources.Add(resource);
            size += resource.Body?.Value.Length ?? 0;
            if (size >= PartBytes)
            {
                WritePart(file, part);
                part = new DeltaDiscoveryResponse { TypeUrl = typeUrl };
                size = 0;
            }
        }

        if (part.Resources.Count > 0)
        {
            WritePart(file, part);
        }
    }

    private static void WritePart(MemoryStream file, DeltaDiscoveryResponse part)
    {
        byte[] bytes = part.ToBytes();
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        file.Write(length);
        file.Write(bytes);
    }

    private static DeltaDiscoveryResponse ParsePart(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a part of it says {length} bytes, {rest.Length} are left"));
        }

        try
        {
            DeltaDiscoveryResponse part = DeltaDiscoveryResponse.Parse(rest.Slice(sizeof(int), length));
            rest = rest[(sizeof(int) + length)..];
            return part;
        }
        catch (ProtoException fault)
        {
            throw new FormatException("a part of it does not parse: " + fault.Message, fault);
        }
    }
}
