using System.Globalization;
using Weft.Contracts.Api;
using Weft.Contracts.Session;

namespace Weft.Contracts.Flow;

/// <summary>What a flow record says as a span: the part of a trace that the proxy who wrote it saw.</summary>
public static class FlowSpan
{
    public static SpanItem Of(FlowRecord record)
    {
        string target = record.Template.Length > 0 ? record.Template : record.Path;
        Party? own = record.Direction == Direction.Outbound ? record.Source : record.Destination;
        return new SpanItem
        {
            SpanId = Convert.ToHexStringLower(record.SpanId),
            ParentSpanId = record.ParentSpanId.Length == 8 ? Convert.ToHexStringLower(record.ParentSpanId) : null,
            Service = own?.Service ?? "",
            Name = record.Method.Length > 0 ? $"{record.Method} {target}" : record.Destination?.Service ?? record.Protocol,
            Start = DateTimeOffset.UnixEpoch.AddMicroseconds(record.StartUnixUs),
            DurationMs = (record.Timing?.TotalUs ?? 0) / 1_000.0,
            Error = record.HasFailed,
            Source = "proxy",
            Attributes = AttributesOf(record),
        };
    }

    private static Dictionary<string, string> AttributesOf(FlowRecord record)
    {
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        Put("direction", record.Direction == Direction.Outbound ? "outbound" : "inbound");
        Put("requestId", record.RequestId);
        Put("protocol", record.Protocol);
        Put("source", record.Source?.Service);
        Put("destination", record.Destination?.Service);
        Put("host", record.Host);
        Put("path", record.Path);
        Put("status", record.Status == 0 ? null : record.Status.ToString(CultureInfo.InvariantCulture));
        Put("reason", record.Reason);
        Put("detail", record.Detail);
        Put("route", record.Route);
        Put("attempts", record.Attempts.Count > 1 ? record.Attempts.Count.ToString(CultureInfo.InvariantCulture) : null);
        if (record.Timing is { } timing)
        {
            PutTime("clientRttUs", timing.ClientRttUs);
            PutTime("queueUs", timing.QueueUs);
            PutTime("connectUs", timing.ConnectUs);
            PutTime("serverRttUs", timing.ServerRttUs);
            PutTime("applicationUs", timing.ApplicationUs);
            PutTime("transferUs", timing.TransferUs);
        }

        return attributes;

        void PutTime(string name, uint us) => Put("timing." + name, us == 0 ? null : us.ToString(CultureInfo.InvariantCulture));

        void Put(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }
    }
}
