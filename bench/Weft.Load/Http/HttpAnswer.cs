namespace Weft.Load.Http;

/// <summary>What is kept of a response. <see cref="BodyIsRight"/> is what the request's check said of the bytes.</summary>
internal readonly record struct HttpAnswer(int Status, long BodyBytes, bool BodyIsRight, bool KeepAlive, string? Version);
