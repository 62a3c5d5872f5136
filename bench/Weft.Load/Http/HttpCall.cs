using System.Text;
using Weft.Load.Measuring;

namespace Weft.Load.Http;

/// <summary>A request as bytes, and what a right answer to it is.</summary>
internal sealed class HttpCall
{
    private HttpCall(byte[] bytes, bool isIdempotent)
    {
        Bytes = bytes;
        IsIdempotent = isIdempotent;
    }

    public byte[] Bytes { get; }

    public bool IsIdempotent { get; }

    public int Status { get; init; } = 200;

    /// <summary>The exact length of the body, or -1 when any will do.</summary>
    public long BodyBytes { get; init; } = -1;

    public BodyCheck? Check { get; init; }

    public static HttpCall Get(Uri url, long bodyBytes = -1, BodyCheck? check = null, int status = 200)
        => new(Head("GET", url, ""), isIdempotent: true) { BodyBytes = bodyBytes, Check = check, Status = status };

    public static HttpCall Post(Uri url, int status = 200)
        => new(Head("POST", url, "Content-Length: 0\r\n"), isIdempotent: false) { Status = status };

    public Outcome Judge(HttpAnswer answer)
    {
        if (answer.Status != Status)
        {
            return Outcome.Fail("status-" + answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        bool right = answer.BodyIsRight && (BodyBytes < 0 || BodyBytes == answer.BodyBytes);
        return new Outcome(right ? null : "body", answer.Version);
    }

    private static byte[] Head(string method, Uri url, string fields)
        => Encoding.ASCII.GetBytes($"{method} {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nUser-Agent: weft-load\r\n{fields}\r\n");
}
