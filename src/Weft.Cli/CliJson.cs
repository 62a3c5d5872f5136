using System.Text.Json.Serialization;
using Weft.Cli.Checks;
using Weft.Cli.Commands;
using Weft.Cli.Errors;

namespace Weft.Cli;

/// <summary>JSON of documents that the command line itself makes; those of the API are in <see cref="Contracts.Api.ApiJson"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(ApplyDocument))]
[JsonSerializable(typeof(ServiceListDocument))]
[JsonSerializable(typeof(WorkloadListDocument))]
[JsonSerializable(typeof(CommitListDocument))]
[JsonSerializable(typeof(AuditListDocument))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(ErrorEntry))]
[JsonSerializable(typeof(TrustDocument))]
[JsonSerializable(typeof(CheckReport))]
internal sealed partial class CliJson : JsonSerializerContext;
