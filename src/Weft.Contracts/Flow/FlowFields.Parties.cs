namespace Weft.Contracts.Flow;

/// <content>Who spoke to whom.</content>
public static partial class FlowFields
{
    private static FlowField[] PartyFields =>
    [
        new()
        {
            Key = FlowKey.SourceService,
            Name = "source.service",
            Kind = FlowFieldKind.Service,
            Description = "The caller's service, or `ip:port` outside the mesh.",
            LogKey = "src.service",
            Attribute = "weft.source.service",
            FilterNames = ["source", "source.service"],
            TextOf = static record => new FlowText(record.Source?.Service),
            SetText = static (record, value) => (record.Source ??= new()).Service = value,
        },
        new()
        {
            Key = FlowKey.SourceWorkload,
            Name = "source.workload",
            Kind = FlowFieldKind.Service,
            Description = "The caller's workload.",
            LogKey = "src.workload",
            Attribute = "weft.source.workload",
            FilterNames = ["source.workload"],
            TextOf = static record => new FlowText(record.Source?.Workload),
            SetText = static (record, value) => (record.Source ??= new()).Workload = value,
        },
        new()
        {
            Key = FlowKey.SourceIdentity,
            Name = "source.identity",
            Kind = FlowFieldKind.Text,
            Description = "The caller's SPIFFE ID, proved by mutual TLS.",
            LogKey = "src.id",
            Attribute = "weft.source.identity",
            FilterNames = ["source.identity"],
            TextOf = static record => new FlowText(record.Source?.Identity),
            SetText = static (record, value) => (record.Source ??= new()).Identity = value,
        },
        new()
        {
            Key = FlowKey.SourceZone,
            Name = "source.zone",
            Kind = FlowFieldKind.Text,
            Description = "The caller's zone.",
            LogKey = "src.zone",
            Attribute = "weft.source.zone",
            FilterNames = ["source.zone"],
            TextOf = static record => new FlowText(record.Source?.Zone),
            SetText = static (record, value) => (record.Source ??= new()).Zone = value,
        },
        new()
        {
            Key = FlowKey.SourceAddress,
            Name = "source.address",
            Kind = FlowFieldKind.Text,
            Description = "The caller's address and port.",
            LogKey = "src.address",
            Attribute = "client.address",
            FilterNames = ["source.address"],
            TextOf = static record => new FlowText(record.Source?.Address),
            SetText = static (record, value) => (record.Source ??= new()).Address = value,
        },
        new()
        {
            Key = FlowKey.SourceVersion,
            Name = "source.version",
            Kind = FlowFieldKind.Text,
            Description = "The caller's version, from its label.",
            LogKey = "src.version",
            Attribute = "weft.source.version",
            FilterNames = ["source.version"],
            TextOf = static record => new FlowText(record.Source?.Version),
            SetText = static (record, value) => (record.Source ??= new()).Version = value,
        },
        new()
        {
            Key = FlowKey.DestinationService,
            Name = "destination.service",
            Kind = FlowFieldKind.Service,
            Description = "The destination's service, or `ip:port` outside the mesh.",
            LogKey = "dst.service",
            Attribute = "weft.destination.service",
            FilterNames = ["destination", "destination.service"],
            TextOf = static record => new FlowText(record.Destination?.Service),
            SetText = static (record, value) => (record.Destination ??= new()).Service = value,
        },
        new()
        {
            Key = FlowKey.DestinationWorkload,
            Name = "destination.workload",
            Kind = FlowFieldKind.Service,
            Description = "The destination's workload.",
            LogKey = "dst.workload",
            Attribute = "weft.destination.workload",
            FilterNames = ["destination.workload"],
            TextOf = static record => new FlowText(record.Destination?.Workload),
            SetText = static (record, value) => (record.Destination ??= new()).Workload = value,
        },
        new()
        {
            Key = FlowKey.DestinationIdentity,
            Name = "destination.identity",
            Kind = FlowFieldKind.Text,
            Description = "The destination's SPIFFE ID, proved by mutual TLS.",
            LogKey = "dst.id",
            Attribute = "weft.destination.identity",
            FilterNames = ["destination.identity"],
            TextOf = static record => new FlowText(record.Destination?.Identity),
            SetText = static (record, value) => (record.Destination ??= new()).Identity = value,
        },
        new()
        {
            Key = FlowKey.DestinationZone,
            Name = "destination.zone",
            Kind = FlowFieldKind.Text,
            Description = "The destination's zone.",
            LogKey = "dst.zone",
            Attribute = "weft.destination.zone",
            FilterNames = ["destination.zone"],
            TextOf = static record => new FlowText(record.Destination?.Zone),
            SetText = static (record, value) => (record.Destination ??= new()).Zone = value,
        },
        new()
        {
            Key = FlowKey.DestinationAddress,
            Name = "destination.address",
            Kind = FlowFieldKind.Text,
            Description = "The destination's address and port.",
            LogKey = "dst.address",
            Attribute = "network.peer.address",
            FilterNames = ["destination.address"],
            TextOf = static record => new FlowText(record.Destination?.Address),
            SetText = static (record, value) => (record.Destination ??= new()).Address = value,
        },
        new()
        {
            Key = FlowKey.DestinationVersion,
            Name = "destination.version",
            Kind = FlowFieldKind.Text,
            Description = "The destination's version, from its label.",
            LogKey = "dst.version",
            Attribute = "weft.destination.version",
            FilterNames = ["destination.version", "version"],
            TextOf = static record => new FlowText(record.Destination?.Version),
            SetText = static (record, value) => (record.Destination ??= new()).Version = value,
        },
    ];
}
