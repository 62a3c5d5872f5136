using System.Text.Json.Serialization;

namespace Weft.ControlPlane.Insight;

/// <summary>Texts as JSON values in evidence.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
