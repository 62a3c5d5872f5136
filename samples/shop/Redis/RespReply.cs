namespace Weft.Shop.Redis;

/// <summary>One answer of Redis: text (simple or bulk, null for a missing value), a number, or a list of texts.</summary>
internal readonly record struct RespReply(string? Text, long Number, string?[]? List);
