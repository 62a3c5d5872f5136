using System.Text.Json.Serialization;

namespace Weft.Load.Measuring;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class LoadJson : JsonSerializerContext;
