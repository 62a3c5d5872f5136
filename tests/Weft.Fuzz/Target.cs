using Weft.Fuzz.Twins;
using Weft.Wire.Tests;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz;

/// <summary>A parser under attack: inputs to start from, and the check that throws when it and its twin disagree.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Corpus">Inputs to start from, at least one.</param>
/// <param name="Check">Whether the parser accepts the input; throws when it and its twin disagree.</param>
/// <param name="Words">Pieces of the parser's language that are put into inputs; null for those of HTTP/1.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Corpus, Func<byte[], bool> Check, IReadOnlyList<string>? Words = null)
{
    internal static IReadOnlyList<Target> All { get; } =
    [
        new("http1-head", Wire.Tests.Corpus.Heads, HeadOracle.Check),
        new("http1-chunked", Wire.Tests.Corpus.Chunked, ChunkedOracle.Check),
        new("hpack", Wire.Tests.Corpus.Hpack, HpackOracle.Check),
        new("tls-hello", Wire.Tests.Corpus.Hellos, TlsHelloOracle.Check),
        new("proxy-header", Wire.Tests.Corpus.ProxyHeaders, ProxyHeaderOracle.Check),
        new("dns-answer", Wire.Tests.Corpus.Answers, DnsAnswerOracle.Check),
        new("dns", Wire.Tests.Corpus.Queries, DnsOracle.Check),
        new("grpc-web-text", Wire.Tests.Corpus.GrpcWebTexts, GrpcWebTextOracle.Check),
        new("http2-frames", Wire.Tests.Corpus.Frames, FrameOracle.Check),
        new("grpc-frames", GrpcOracle.Corpus, GrpcOracle.Check),
        new("protobuf", ProtobufOracle.Corpus, ProtobufOracle.Check),
        new("filter", FilterOracle.Corpus, FilterOracle.Check, FilterOracle.Words),
        new("identity", IdentityOracle.Corpus, IdentityOracle.Check),
        new("session", MessageOracle.SessionCorpus, MessageOracle.CheckSession),
        new("otlp", MessageOracle.OtlpCorpus, MessageOracle.CheckOtlp),
        new("trace-context", TraceOracle.Corpus, TraceOracle.Check),
        new("state-file", StateFileOracle.Corpus, StateFileOracle.Check),
        new("document", DocumentOracle.Corpus, DocumentOracle.Check, ResourceOracle.Words),
        new("log-format", LogFormatOracle.Corpus, LogFormatOracle.Check),
        new("resource", ResourceOracle.Corpus, ResourceOracle.Check, ResourceOracle.Words),
        new("commit", ResourceOracle.Corpus, CommitOracle.Check, ResourceOracle.Words),
        new("prometheus-answer", PromAnswerOracle.Corpus, PromAnswerOracle.Check, PromAnswerOracle.Words),
        new("duration", DurationOracle.Corpus, DurationOracle.Check, DurationOracle.Words),
        new("api-time", TimeOracle.Corpus, TimeOracle.Check, TimeOracle.Words),
        new("join-token", JoinTokenOracle.Corpus, JoinTokenOracle.Check, JoinTokenOracle.Words),
        new("certificate-request", CertificateOracle.RequestCorpus, CertificateOracle.CheckRequest, CertificateOracle.Words),
        new("certificate-names", CertificateOracle.NamesCorpus, CertificateOracle.CheckNames, CertificateOracle.Words),
    ];
}
