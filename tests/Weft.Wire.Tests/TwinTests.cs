using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests;

/// <summary>Every codec agrees with its twin about thousands of damaged inputs; the fuzzer does the same for longer.</summary>
public sealed class TwinTests
{
    private const int Inputs = 15_000;

    [Fact]
    public void Heads_agree_with_their_twin() => Run(Corpus.Heads, HeadOracle.Check);

    [Fact]
    public void Chunked_bodies_agree_with_their_twin() => Run(Corpus.Chunked, ChunkedOracle.Check);

    [Fact]
    public void Hpack_agrees_with_its_twin() => Run(Corpus.Hpack, HpackOracle.Check);

    [Fact]
    public void Client_hellos_agree_with_their_twin() => Run(Corpus.Hellos, TlsHelloOracle.Check);

    [Fact]
    public void Dns_queries_agree_with_their_twin() => Run(Corpus.Queries, DnsOracle.Check);

    [Fact]
    public void Texts_of_grpc_web_agree_with_their_twin() => Run(Corpus.GrpcWebTexts, GrpcWebTextOracle.Check);

    [Fact]
    public void Proxy_headers_agree_with_their_twin() => Run(Corpus.ProxyHeaders, ProxyHeaderOracle.Check);

    [Fact]
    public void Http2_frames_agree_with_their_twin() => Run(Corpus.Frames, FrameOracle.Check);

    [Fact]
    public void Dns_answers_agree_with_their_twin() => Run(Corpus.Answers, DnsAnswerOracle.Check);

    private static void Run(IReadOnlyList<byte[]> corpus, Func<byte[], bool> check)
    {
        foreach (byte[] input in corpus)
        {
            check(input);
        }

        int accepted = 0;
        Mutator mutator = new(corpus, seed: 1);
        for (int i = 0; i < Inputs; i++)
        {
            byte[] input = mutator.Next();
            try
            {
                accepted += check(input) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"{Convert.ToHexString(input)}\n{Text.Of(input)}\n{e}");
            }
        }

        // Damage that leaves nothing valid would compare refusals only.
        Assert.InRange(accepted, Inputs / 10, Inputs * 9 / 10);
    }
}
