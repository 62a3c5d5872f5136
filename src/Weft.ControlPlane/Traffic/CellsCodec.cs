using System.Text;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>The cells of one proxy as bytes, for the time between two runs of the server.</summary>
internal static class CellsCodec
{
    internal static byte[] Write(ProxyCells proxy)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(proxy.Cells.Count);
        foreach (TrafficCellState cell in proxy.Cells)
        {
            ref readonly CellKey key = ref cell.Key;
            writer.Write((byte)((int)key.Direction | (key.MutualTls ? 2 : 0) | (key.Success ? 4 : 0)));
            writer.Write(key.StatusClass);
            foreach (string text in TextsOf(key))
            {
                writer.Write(text);
            }

            writer.Write(cell.LastLength);
            writer.Write(cell.Last.AsSpan(0, cell.LastLength));
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>False when the bytes are not what <see cref="Write"/> made.</summary>
    internal static bool TryRead(byte[] data, ProxyCells proxy, Func<CellKey, CellKey> share, ReasonTable reasons)
    {
        try
        {
            using BinaryReader reader = new(new MemoryStream(data), Encoding.UTF8);
            int count = Math.Min(reader.ReadInt32(), TrafficLimits.MaxCellsPerProxy);
            for (int i = 0; i < count; i++)
            {
                CellKey key = share(ReadKey(reader));
                int length = reader.ReadInt32();
                byte[] last = reader.ReadBytes(Math.Clamp(length, 0, FigureCodec.MaxBytes));
                proxy.Cells.Add(new TrafficCellState(key, reasons.NumberOfEnding(key.Reason)) { Last = last, LastLength = last.Length });
            }

            return true;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static string[] TextsOf(in CellKey key) =>
    [
        key.Source, key.SourceIdentity, key.Destination, key.DestinationIdentity, key.Backend, key.Route, key.Template, key.Protocol, key.Reason,
        key.Places.SourceWorkload, key.Places.SourceVersion, key.Places.DestinationWorkload, key.Places.DestinationVersion, key.Places.DestinationZone,
        key.Places.TlsVersion,
    ];

    private static CellKey ReadKey(BinaryReader reader)
    {
        int flags = reader.ReadByte();
        uint statusClass = reader.ReadUInt32();
        string[] texts = new string[15];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString();
        }

        return new CellKey(
            (Direction)(flags & 1), texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7], texts[8],
            new CellPlaces(texts[9], texts[10], texts[11], texts[12], texts[13], texts[14]),
            statusClass, (flags & 2) != 0, (flags & 4) != 0);
    }
}
