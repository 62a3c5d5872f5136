namespace Weft.Contracts.Flow;

/// <content>How it ended and what decided.</content>
public static partial class FlowFields
{
    private static FlowField[] OutcomeFields =>
    [
        new()
        {
            Key = FlowKey.Reason,
            Name = "reason",
            Kind = FlowFieldKind.Text,
            Description = "Exactly one reason code: how it ended. `OK` for an ordinary ending.",
            LogKey = "reason",
            Attribute = "weft.reason",
            FilterNames = ["reason"],
            TextOf = static record => new FlowText(record.Reason),
            SetText = static (record, value) => record.Reason = value,
        },
        new()
        {
            Key = FlowKey.Flags,
            Name = "flags",
            Kind = FlowFieldKind.List,
            Description = "Envoy's short codes for the same ending.",
            LogKey = "flags",
            Attribute = "weft.response_flags",
            FilterNames = ["flags"],
            TextOf = static record => new FlowText(record.Flags),
            SetText = static (record, value) => record.Flags = value,
        },
        new()
        {
            Key = FlowKey.Detail,
            Name = "detail",
            Kind = FlowFieldKind.Text,
            Description = "Words that explain a refusal.",
            LogKey = "detail",
            Attribute = "weft.detail",
            FilterNames = ["detail"],
            TextOf = static record => new FlowText(record.Detail),
            SetText = static (record, value) => record.Detail = value,
        },
        new()
        {
            Key = FlowKey.BytesSent,
            Name = "bytesSent",
            Kind = FlowFieldKind.Size,
            Description = "Body bytes towards the destination.",
            LogKey = "bytes_in",
            Attribute = "http.request.body.size",
            FilterNames = ["bytes_sent"],
            NumberOf = static record => (long)record.BytesSent,
            SetNumber = static (record, value) => record.BytesSent = (ulong)value,
        },
        new()
        {
            Key = FlowKey.BytesReceived,
            Name = "bytesReceived",
            Kind = FlowFieldKind.Size,
            Description = "Body bytes from the destination.",
            LogKey = "bytes_out",
            Attribute = "http.response.body.size",
            FilterNames = ["bytes_received"],
            NumberOf = static record => (long)record.BytesReceived,
            SetNumber = static (record, value) => record.BytesReceived = (ulong)value,
        },
        new()
        {
            Key = FlowKey.MessagesSent,
            Name = "messagesSent",
            Kind = FlowFieldKind.Number,
            Description = "gRPC messages towards the destination.",
            LogKey = "messages_in",
            Attribute = "rpc.message.sent",
            FilterNames = ["messages_sent"],
            NumberOf = static record => (long)record.MessagesSent,
            SetNumber = static (record, value) => record.MessagesSent = (ulong)value,
        },
        new()
        {
            Key = FlowKey.MessagesReceived,
            Name = "messagesReceived",
            Kind = FlowFieldKind.Number,
            Description = "gRPC messages from the destination.",
            LogKey = "messages_out",
            Attribute = "rpc.message.received",
            FilterNames = ["messages_received"],
            NumberOf = static record => (long)record.MessagesReceived,
            SetNumber = static (record, value) => record.MessagesReceived = (ulong)value,
        },
        new()
        {
            Key = FlowKey.Route,
            Name = "route",
            Kind = FlowFieldKind.Text,
            Description = "Rule of the route that matched.",
            LogKey = "route",
            Attribute = "weft.route",
            FilterNames = ["route"],
            TextOf = static record => new FlowText(record.Route),
            SetText = static (record, value) => record.Route = value,
        },
        new()
        {
            Key = FlowKey.Backend,
            Name = "backend",
            Kind = FlowFieldKind.Service,
            Description = "Service that the route chose, when it is not the destination.",
            LogKey = "backend",
            Attribute = "weft.backend",
            FilterNames = ["backend"],
            TextOf = static record => new FlowText(record.Backend),
            SetText = static (record, value) => record.Backend = value,
        },
        new()
        {
            Key = FlowKey.Policy,
            Name = "policy",
            Kind = FlowFieldKind.Text,
            Description = "Authorisation policy that denied.",
            LogKey = "policy",
            Attribute = "weft.policy",
            FilterNames = ["policy"],
            TextOf = static record => new FlowText(record.Policy),
            SetText = static (record, value) => record.Policy = value,
        },
        new()
        {
            Key = FlowKey.Commit,
            Name = "commit",
            Kind = FlowFieldKind.Number,
            Description = "Newest commit of the configuration that decided.",
            LogKey = "commit",
            Attribute = "weft.commit",
            FilterNames = ["commit"],
            NumberOf = static record => (long)record.Commit,
            SetNumber = static (record, value) => record.Commit = (ulong)value,
        },
        new()
        {
            Key = FlowKey.Sampled,
            Name = "sampled",
            Kind = FlowFieldKind.Text,
            Description = "Why the record was sent: `error`, `slow`, `rate` or `tap`.",
            Attribute = "weft.sampled",
            FilterNames = ["sampled"],
            TextOf = static record => new FlowText(record.Sampled),
            SetText = static (record, value) => record.Sampled = value,
        },
        new()
        {
            Key = FlowKey.Proxy,
            Name = "proxy",
            Kind = FlowFieldKind.Text,
            Description = "Workload whose proxy wrote the record; the server fills it in.",
            FilterNames = ["proxy"],
            TextOf = static record => new FlowText(record.Proxy),
            SetText = static (record, value) => record.Proxy = value,
        },
    ];
}
