namespace Weft.Contracts.Flow;

/// <content>Times, protection, and what is computed from other fields.</content>
public static partial class FlowFields
{
    private static FlowField[] PartFields =>
    [
        new()
        {
            Key = FlowKey.TotalUs,
            Name = "timing.totalUs",
            Kind = FlowFieldKind.Duration,
            Description = "From the head of the request to the end of the exchange.",
            LogKey = "dur_ms",
            Attribute = "weft.duration_us",
            FilterNames = ["latency"],
            NumberOf = static record => record.Timing?.TotalUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).TotalUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.ClientRttUs,
            Name = "timing.clientRttUs",
            Kind = FlowFieldKind.Duration,
            Description = "Smoothed round trip of the client's connection, from the kernel.",
            LogKey = "client_rtt_ms",
            Attribute = "weft.client_rtt_us",
            FilterNames = ["client_rtt"],
            NumberOf = static record => record.Timing?.ClientRttUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).ClientRttUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.ServerRttUs,
            Name = "timing.serverRttUs",
            Kind = FlowFieldKind.Duration,
            Description = "Smoothed round trip of the connection to the server, from the kernel.",
            LogKey = "server_rtt_ms",
            Attribute = "weft.server_rtt_us",
            FilterNames = ["server_rtt"],
            NumberOf = static record => record.Timing?.ServerRttUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).ServerRttUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.ApplicationUs,
            Name = "timing.applicationUs",
            Kind = FlowFieldKind.Duration,
            Description = "From the request sent to the first byte of the answer, less the server's round trip.",
            LogKey = "upstream_ms",
            Attribute = "weft.application_us",
            FilterNames = ["application"],
            NumberOf = static record => record.Timing?.ApplicationUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).ApplicationUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.TransferUs,
            Name = "timing.transferUs",
            Kind = FlowFieldKind.Duration,
            Description = "From the first byte of the answer to the last one handed to the client, and sending the request's body.",
            LogKey = "transfer_ms",
            Attribute = "weft.transfer_us",
            FilterNames = ["transfer"],
            NumberOf = static record => record.Timing?.TransferUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).TransferUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.QueueUs,
            Name = "timing.queueUs",
            Kind = FlowFieldKind.Duration,
            Description = "Waiting for a connection or stream.",
            LogKey = "queue_ms",
            Attribute = "weft.queue_us",
            FilterNames = ["queue"],
            NumberOf = static record => record.Timing?.QueueUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).QueueUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.ConnectUs,
            Name = "timing.connectUs",
            Kind = FlowFieldKind.Duration,
            Description = "Dialling and TLS handshake made for this exchange.",
            LogKey = "connect_ms",
            Attribute = "weft.connect_us",
            FilterNames = ["connect"],
            NumberOf = static record => record.Timing?.ConnectUs ?? 0,
            SetNumber = static (record, value) => (record.Timing ??= new()).ConnectUs = Cut(value),
        },
        new()
        {
            Key = FlowKey.TlsVersion,
            Name = "tls.version",
            Kind = FlowFieldKind.Text,
            Description = "TLS of the client's connection.",
            LogKey = "tls.version",
            Attribute = "tls.protocol.version",
            FilterNames = ["tls"],
            TextOf = static record => new FlowText(record.Tls?.Version),
            SetText = static (record, value) => (record.Tls ??= new()).Version = value,
        },
        new()
        {
            Key = FlowKey.TlsCipher,
            Name = "tls.cipher",
            Kind = FlowFieldKind.Text,
            Description = "Cipher suite of the client's connection.",
            LogKey = "tls.cipher",
            Attribute = "tls.cipher",
            FilterNames = ["tls.cipher"],
            TextOf = static record => new FlowText(record.Tls?.Cipher),
            SetText = static (record, value) => (record.Tls ??= new()).Cipher = value,
        },
        new()
        {
            Key = FlowKey.TlsMutual,
            Name = "tls.mutual",
            Kind = FlowFieldKind.Flag,
            Description = "Whether both proxies proved who they are.",
            LogKey = "tls.mutual",
            Attribute = "weft.mtls",
            FilterNames = ["mtls"],
            NumberOf = static record => record.Tls is { Mutual: true } ? 1 : 0,
            SetNumber = static (record, value) => (record.Tls ??= new()).Mutual = value != 0,
        },
        new()
        {
            Key = FlowKey.TlsResumed,
            Name = "tls.resumed",
            Kind = FlowFieldKind.Flag,
            Description = "Whether the client's session was resumed.",
            LogKey = "tls.resumed",
            Attribute = "tls.resumed",
            NumberOf = static record => record.Tls is { Resumed: true } ? 1 : 0,
            SetNumber = static (record, value) => (record.Tls ??= new()).Resumed = value != 0,
        },
        new()
        {
            Key = FlowKey.TlsUpstreamVersion,
            Name = "tls.upstreamVersion",
            Kind = FlowFieldKind.Text,
            Description = "TLS of the connection to the server.",
            LogKey = "tls.upstream_version",
            Attribute = "weft.upstream.tls.version",
            TextOf = static record => new FlowText(record.Tls?.UpstreamVersion),
            SetText = static (record, value) => (record.Tls ??= new()).UpstreamVersion = value,
        },
        new()
        {
            Key = FlowKey.TlsUpstreamCipher,
            Name = "tls.upstreamCipher",
            Kind = FlowFieldKind.Text,
            Description = "Cipher suite of the connection to the server.",
            LogKey = "tls.upstream_cipher",
            Attribute = "weft.upstream.tls.cipher",
            TextOf = static record => new FlowText(record.Tls?.UpstreamCipher),
            SetText = static (record, value) => (record.Tls ??= new()).UpstreamCipher = value,
        },
        new()
        {
            Key = FlowKey.AttemptsMade,
            Name = "",
            Kind = FlowFieldKind.Number,
            Description = "How often an endpoint was tried.",
            LogKey = "attempts",
            Attribute = "weft.attempts",
            FilterNames = ["attempts"],
            NumberOf = static record => record.Attempts.Count,
        },
        new()
        {
            Key = FlowKey.Endpoint,
            Name = "",
            Kind = FlowFieldKind.Text,
            Description = "Endpoint of the last attempt.",
            LogKey = "endpoint",
            Attribute = "weft.endpoint",
            FilterNames = ["endpoint"],
            TextOf = static record => new FlowText(record.Attempts.Count == 0 ? "" : record.Attempts[^1].Endpoint),
        },
        new()
        {
            Key = FlowKey.Bytes,
            Name = "",
            Kind = FlowFieldKind.Size,
            Description = "Body bytes both ways.",
            FilterNames = ["bytes"],
            NumberOf = static record => (long)(record.BytesSent + record.BytesReceived),
        },
        new()
        {
            Key = FlowKey.SourceNamespace,
            Name = "",
            Kind = FlowFieldKind.Text,
            Description = "Namespace of the caller's service.",
            LogKey = "src.ns",
            FilterNames = ["source.namespace"],
            TextOf = static record => new FlowText(NamespaceOf(record.Source?.Service)),
        },
        new()
        {
            Key = FlowKey.DestinationNamespace,
            Name = "",
            Kind = FlowFieldKind.Text,
            Description = "Namespace of the destination's service.",
            LogKey = "dst.ns",
            FilterNames = ["destination.namespace", "namespace"],
            TextOf = static record => new FlowText(NamespaceOf(record.Destination?.Service)),
        },
    ];
}
