using System.Buffers;
using System.Globalization;
using System.Text;
using Weft.Contracts.Flow;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// A line as a format string says, in which operators stand between percent signs, spelled as in Envoy's access log; "-" stands for what is not there.
/// <c>%WEFT(timing.applicationUs)%</c> takes any field of the flow record by its JSON name.
/// </summary>
internal sealed class TextLogFormat : ILogFormat
{
    /// <summary>Longest format string.</summary>
    public const int LengthMax = 4_096;

    private static readonly Dictionary<string, FlowKey> Texts = new(StringComparer.Ordinal)
    {
        ["REQ(:METHOD)"] = FlowKey.Method,
        ["REQ(:PATH)"] = FlowKey.Path,
        ["REQ(X-ENVOY-ORIGINAL-PATH?:PATH)"] = FlowKey.Path,
        ["REQ(:AUTHORITY)"] = FlowKey.Host,
        ["REQ(X-REQUEST-ID)"] = FlowKey.RequestId,
        ["PROTOCOL"] = FlowKey.Protocol,
        ["RESPONSE_CODE"] = FlowKey.Status,
        ["RESPONSE_CODE_DETAILS"] = FlowKey.Reason,
        ["RESPONSE_FLAGS"] = FlowKey.Flags,
        ["GRPC_STATUS_NUMBER"] = FlowKey.GrpcStatus,
        ["GRPC_STATUS"] = FlowKey.GrpcStatus,
        ["BYTES_RECEIVED"] = FlowKey.BytesSent,
        ["BYTES_SENT"] = FlowKey.BytesReceived,
        ["DURATION"] = FlowKey.TotalUs,
        ["RESPONSE_DURATION"] = FlowKey.ApplicationUs,
        ["UPSTREAM_HOST"] = FlowKey.Endpoint,
        ["UPSTREAM_CLUSTER"] = FlowKey.DestinationService,
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = FlowKey.AttemptsMade,
        ["DOWNSTREAM_REMOTE_ADDRESS"] = FlowKey.SourceAddress,
        ["DOWNSTREAM_LOCAL_ADDRESS"] = FlowKey.OriginalDestination,
        ["DOWNSTREAM_PEER_URI_SAN"] = FlowKey.SourceIdentity,
        ["DOWNSTREAM_TLS_VERSION"] = FlowKey.TlsVersion,
        ["DOWNSTREAM_TLS_CIPHER"] = FlowKey.TlsCipher,
        ["UPSTREAM_TLS_VERSION"] = FlowKey.TlsUpstreamVersion,
        ["UPSTREAM_TLS_CIPHER"] = FlowKey.TlsUpstreamCipher,
        ["REQUESTED_SERVER_NAME"] = FlowKey.Host,
        ["ROUTE_NAME"] = FlowKey.Route,
        ["TRACE_ID"] = FlowKey.TraceId,
        ["START_TIME"] = FlowKey.StartUnixUs,
    };

    private readonly Part[] _parts;

    private TextLogFormat(Part[] parts) => _parts = parts;

    /// <summary>Envoy's default format.</summary>
    public static string Default { get; } =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESPONSE_DURATION% \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"";

    /// <exception cref="UsageException">An operator is not known, or not closed.</exception>
    public static TextLogFormat Parse(string format)
    {
        if (format.Length > LengthMax)
        {
            throw new UsageException($"--access-log-format is longer than {LengthMax} characters");
        }

        List<Part> parts = [];
        int at = 0;
        while (at < format.Length)
        {
            int open = format.IndexOf('%', at);
            if (open < 0)
            {
                parts.Add(new Part(Encoding.UTF8.GetBytes(format[at..]), null));
                break;
            }

            if (open > at)
            {
                parts.Add(new Part(Encoding.UTF8.GetBytes(format[at..open]), null));
            }

            int close = format.IndexOf('%', open + 1);
            if (close < 0)
            {
                throw new UsageException($"--access-log-format: the operator at character {open + 1} is not closed with %");
            }

            string name = format[(open + 1)..close];
            parts.Add(name.Length == 0 ? new Part("%"u8.ToArray(), null) : new Part([], Field(name)));
            at = close + 1;
        }

        return new TextLogFormat([.. parts]);
    }

    public void Write(FlowView view, IBufferWriter<byte> to)
    {
        foreach (Part part in _parts)
        {
            if (part.Field is { } field)
            {
                Write(view, field, to);
            }
            else
            {
                to.Write(part.Text);
            }
        }

        to.Write("\n"u8);
    }

    private static FlowField Field(string name)
    {
        if (Texts.TryGetValue(name, out FlowKey key))
        {
            return FlowFields.Of(key);
        }

        FlowField? own = name.StartsWith("WEFT(", StringComparison.Ordinal) && name.EndsWith(')') ? FlowFields.InJson.FirstOrDefault(field => field.Name == name[5..^1]) : null;
        return own ?? throw new UsageException($"--access-log-format: there is no operator %{name}%; there are {string.Join(", ", Texts.Keys.Order(StringComparer.Ordinal))} and WEFT(field of the flow record)");
    }

    private static void Write(FlowView view, FlowField field, IBufferWriter<byte> to)
    {
        if (!FlowJson.IsPresent(view, field) && field.Kind is not (FlowFieldKind.Size or FlowFieldKind.Duration))
        {
            to.Write("-"u8);
            return;
        }

        Span<byte> room = to.GetSpan(512);
        int written;
        if (field.Kind == FlowFieldKind.Time)
        {
            DateTime at = DateTimeOffset.UnixEpoch.AddTicks(view.Number(field.Key) * TimeSpan.TicksPerMicrosecond).UtcDateTime;
            at.TryFormat(room, out written, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        }
        else if (field.Kind == FlowFieldKind.Hex)
        {
            Convert.TryToHexStringLower(view.Text(field.Key).Utf8, room, out written);
        }
        else if (field.IsText)
        {
            written = view.Text(field.Key).CopyTo(room);
            Clean(room[..written]);
        }
        else
        {
            long number = view.Number(field.Key);
            (field.Kind == FlowFieldKind.Duration ? number / 1_000 : number).TryFormat(room, out written, default, CultureInfo.InvariantCulture);
        }

        to.Advance(written);
    }

    /// <summary>What a peer sent must not forge lines or end quotes.</summary>
    private static void Clean(Span<byte> text)
    {
        foreach (ref byte c in text)
        {
            if (c is < (byte)' ' or (byte)'"' or 0x7f)
            {
                c = (byte)'_';
            }
        }
    }

    private sealed record Part(byte[] Text, FlowField? Field);
}
