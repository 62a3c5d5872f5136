using Weft.Contracts.Session;

namespace Weft.Contracts.Flow;

/// <content>What was asked, by whose words.</content>
public static partial class FlowFields
{
    private static FlowField[] RequestFields =>
    [
        new()
        {
            Key = FlowKey.StartUnixUs,
            Name = "startUnixUs",
            Kind = FlowFieldKind.Time,
            Description = "When the head of the request came.",
            LogKey = "ts",
            NumberOf = static record => record.StartUnixUs,
            SetNumber = static (record, value) => record.StartUnixUs = value,
        },
        new()
        {
            Key = FlowKey.Direction,
            Name = "direction",
            Kind = FlowFieldKind.Text,
            Description = "`outbound`: written beside the caller. `inbound`: written beside the service, which also writes for callers outside the mesh.",
            LogKey = "dir",
            Attribute = "weft.direction",
            FilterNames = ["direction"],
            TextOf = static record => new FlowText(record.Direction == Direction.Inbound ? "inbound" : "outbound"),
            SetText = static (record, value) => record.Direction = value == "inbound" ? Direction.Inbound : Direction.Outbound,
        },
        new()
        {
            Key = FlowKey.RequestId,
            Name = "requestId",
            Kind = FlowFieldKind.Text,
            Description = "The value of x-request-id: the caller's inside the mesh, else made by the first proxy. Both proxies write the same.",
            LogKey = "request_id",
            Attribute = "weft.request_id",
            FilterNames = ["request_id"],
            TextOf = static record => new FlowText(record.RequestId),
            SetText = static (record, value) => record.RequestId = value,
        },
        new()
        {
            Key = FlowKey.TraceId,
            Name = "traceId",
            Kind = FlowFieldKind.Hex,
            Description = "Trace of the W3C or B3 context; without one derived from the request id.",
            LogKey = "trace_id",
            FilterNames = ["trace_id"],
            TextOf = static record => new FlowText(record.TraceId.AsSpan()),
            SetText = static (record, value) => record.TraceId = Convert.FromHexString(value),
        },
        new()
        {
            Key = FlowKey.SpanId,
            Name = "spanId",
            Kind = FlowFieldKind.Hex,
            Description = "Span of this proxy.",
            LogKey = "span_id",
            TextOf = static record => new FlowText(record.SpanId.AsSpan()),
            SetText = static (record, value) => record.SpanId = Convert.FromHexString(value),
        },
        new()
        {
            Key = FlowKey.ParentSpanId,
            Name = "parentSpanId",
            Kind = FlowFieldKind.Hex,
            Description = "Span of whoever called.",
            LogKey = "parent_span_id",
            TextOf = static record => new FlowText(record.ParentSpanId.AsSpan()),
            SetText = static (record, value) => record.ParentSpanId = Convert.FromHexString(value),
        },
        new()
        {
            Key = FlowKey.Protocol,
            Name = "protocol",
            Kind = FlowFieldKind.Text,
            Description = "What the application spoke: `http1`, `http2`, `grpc`, `websocket` or `tcp`.",
            LogKey = "proto",
            Attribute = "network.protocol.name",
            FilterNames = ["protocol"],
            TextOf = static record => new FlowText(record.Protocol),
            SetText = static (record, value) => record.Protocol = value,
        },
        new()
        {
            Key = FlowKey.Method,
            Name = "method",
            Kind = FlowFieldKind.Text,
            Description = "Method of the request.",
            LogKey = "method",
            Attribute = "http.request.method",
            FilterNames = ["method"],
            TextOf = static record => new FlowText(record.Method),
            SetText = static (record, value) => record.Method = value,
        },
        new()
        {
            Key = FlowKey.Host,
            Name = "host",
            Kind = FlowFieldKind.Text,
            Description = "Host of the request, or the server name of TLS.",
            LogKey = "host",
            Attribute = "server.address",
            FilterNames = ["host"],
            TextOf = static record => new FlowText(record.Host),
            SetText = static (record, value) => record.Host = value,
        },
        new()
        {
            Key = FlowKey.Path,
            Name = "path",
            Kind = FlowFieldKind.Text,
            Description = "Path and query of the request; values of the query are redacted.",
            LogKey = "path",
            Attribute = "url.path",
            FilterNames = ["path"],
            IsRedacted = true,
            TextOf = static record => new FlowText(record.Path),
            SetText = static (record, value) => record.Path = value,
        },
        new()
        {
            Key = FlowKey.Template,
            Name = "template",
            Kind = FlowFieldKind.Text,
            Description = "Path with its variable segments named, such as `/users/{id}/orders`.",
            LogKey = "path_template",
            Attribute = "http.route",
            FilterNames = ["template"],
            TextOf = static record => new FlowText(record.Template),
            SetText = static (record, value) => record.Template = value,
        },
        new()
        {
            Key = FlowKey.OriginalDestination,
            Name = "originalDestination",
            Kind = FlowFieldKind.Text,
            Description = "Address and port that the caller dialled.",
            LogKey = "orig_dst",
            Attribute = "weft.original_destination",
            FilterNames = ["original_destination"],
            TextOf = static record => new FlowText(record.OriginalDestination),
            SetText = static (record, value) => record.OriginalDestination = value,
        },
        new()
        {
            Key = FlowKey.Status,
            Name = "status",
            Kind = FlowFieldKind.Number,
            Description = "HTTP status that the client got; absent for opaque streams and where none was sent.",
            LogKey = "status",
            Attribute = "http.response.status_code",
            FilterNames = ["status"],
            NumberOf = static record => record.Status,
            SetNumber = static (record, value) => record.Status = Cut(value),
        },
        new()
        {
            Key = FlowKey.GrpcStatus,
            Name = "grpcStatus",
            Kind = FlowFieldKind.Number,
            Description = "gRPC status that the client got; absent (-1 in protobuf) without one.",
            LogKey = "grpc_status",
            Attribute = "rpc.grpc.status_code",
            FilterNames = ["grpc_status"],
            NumberOf = static record => record.GrpcStatus,
            SetNumber = static (record, value) => record.GrpcStatus = (int)Math.Clamp(value, -1, int.MaxValue),
        },
    ];
}
