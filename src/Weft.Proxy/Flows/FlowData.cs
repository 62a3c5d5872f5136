using System.Diagnostics.CodeAnalysis;
using Weft.Primitives.Net;

namespace Weft.Proxy.Flows;

/// <summary>
/// One flow record as a loop writes it: facts, and behind them what some exchanges have more of than others. It has a fixed size, so that a ring of them is written
/// without allocation; only what is filled is written and copied, because the memory that records go through costs more than making them.
/// </summary>
internal struct FlowData
{
    /// <summary>As many bytes at the beginning as an exchange with one attempt and short texts fills.</summary>
    public const int BytesUsed = 640;

    public FlowFacts Facts;
    public AttemptEntries Attempts;

    private FlowTexts _texts;

    public ConsideredEntries Considered;

    /// <summary>The endpoint of the last attempt that is kept; none without an attempt.</summary>
    public readonly NetAddress Server => Facts.AttemptCount > 0 ? Attempts[Facts.AttemptCount - 1].Endpoint : default;

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => Bytes[..Facts.IdLength];

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Method => Bytes.Slice(Facts.IdLength, Facts.MethodLength);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Host => Bytes.Slice(Facts.IdLength + Facts.MethodLength, Facts.HostLength);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Path => Bytes.Slice(Facts.IdLength + Facts.MethodLength + Facts.HostLength, Facts.PathLength);

    /// <summary>Header fields that taps asked for: for each the number of its name in the settings, the length, and the value.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Headers => Bytes.Slice(TextLength - Facts.HeadersLength, Facts.HeadersLength);

    /// <summary>Room for the bytes of the request; follow with <see cref="SetTexts"/>.</summary>
    [UnscopedRef]
    public Span<byte> Room => _texts;

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Bytes => _texts;

    private readonly int TextLength => Facts.IdLength + Facts.MethodLength + Facts.HostLength + Facts.PathLength + Facts.HeadersLength;

    /// <summary>Says how long the texts are that were written into <see cref="Room"/>, one after another.</summary>
    public void SetTexts(int id, int method, int host, int path, int headers)
    {
        Facts.IdLength = (byte)id;
        Facts.MethodLength = (byte)method;
        Facts.HostLength = (byte)host;
        Facts.PathLength = (byte)path;
        Facts.HeadersLength = (byte)headers;
    }

    /// <summary>Takes over the attempts of an exchange, the first ones of many.</summary>
    public void SetAttempts(int made, in AttemptEntries entries)
    {
        Facts.AttemptsMade = (ushort)Math.Min(made, ushort.MaxValue);
        Facts.AttemptCount = (byte)Math.Min(made, AttemptEntries.Max);
        for (int i = 0; i < Facts.AttemptCount; i++)
        {
            Attempts[i] = entries[i];
        }
    }

    /// <summary>Copies what the other has filled. It may be changing meanwhile: then the copy is worthless, and nothing is touched beyond it.</summary>
    public void CopyFrom(in FlowData other)
    {
        Facts = other.Facts;
        Facts.AttemptCount = Math.Min(Facts.AttemptCount, (byte)AttemptEntries.Max);
        Facts.ConsideredCount = Math.Min(Facts.ConsideredCount, (byte)ConsideredEntries.Max);
        for (int i = 0; i < Facts.AttemptCount; i++)
        {
            Attempts[i] = other.Attempts[i];
        }

        for (int i = 0; i < Facts.ConsideredCount; i++)
        {
            Considered[i] = other.Considered[i];
        }

        int length = Math.Min(TextLength, FlowTexts.Max);
        other.Bytes[..length].CopyTo(Room);
    }
}
