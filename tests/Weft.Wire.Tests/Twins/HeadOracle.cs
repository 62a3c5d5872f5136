using Weft.Primitives.Http;
using Weft.Wire.Http1;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the HTTP/1 head reader against its twin, against prefixes of the input, and against what its writer makes of the result.</summary>
internal static class HeadOracle
{
    private static readonly HeadLimits s_limits = new(256, 12, 512);

    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        MessageHead head = new();
        ReadStatus status = Http1HeadReader.TryReadRequest(input, head, s_limits, out int consumed, out HeadFault fault);
        NaiveHead.Result? twin = NaiveHead.Read(input, s_limits);
        DisagreementException.UnlessEqual(twin is not null, status == ReadStatus.Done, $"whether the request is accepted ({status}, {fault})");
        DisagreementException.Unless(status == ReadStatus.Rejected == (fault != HeadFault.None), "a fault goes with a refusal");
        CheckPrefixes(input, status, consumed);
        if (twin is not null)
        {
            DisagreementException.UnlessEqual(twin, Describe(head, consumed), "the head");
            CheckRewritten(head);
        }

        return CheckResponse(input) || twin is not null;
    }

    private static void CheckPrefixes(byte[] input, ReadStatus whole, int consumed)
    {
        MessageHead head = new();
        int step = Math.Max(1, input.Length / 16);
        for (int length = 0; length < input.Length; length += step)
        {
            ReadStatus status = Http1HeadReader.TryReadRequest(input.AsSpan(0, length), head, s_limits, out _, out _);
            ReadStatus expected = whole == ReadStatus.Done && length >= consumed ? ReadStatus.Done : ReadStatus.NeedMore;
            DisagreementException.Unless(
                status == expected || (whole == ReadStatus.Rejected && status == ReadStatus.Rejected), $"prefix of {length}: {status} before {whole}");
        }
    }

    private static void CheckRewritten(MessageHead head)
    {
        byte[] output = new byte[4096];
        DisagreementException.Unless(Http1HeadWriter.TryWriteRequest(head, output, out int written), "the head fits");
        MessageHead again = new();
        ReadStatus status = Http1HeadReader.TryReadRequest(output.AsSpan(0, written), again, HeadLimits.Default, out int consumed, out HeadFault fault);
        DisagreementException.Unless(status == ReadStatus.Done && consumed == written, $"what was written is read again: {status} {fault}");
        DisagreementException.UnlessEqual(Text.Of(head, head.Path), Text.Of(again, again.Path), "path after writing");
        DisagreementException.UnlessEqual(Text.Of(head, head.Authority), Text.Of(again, again.Authority), "authority after writing");
        bool addsLength = head.Framing == BodyFraming.None && again.Framing == BodyFraming.Length && again.ContentLength == 0;
        DisagreementException.Unless(addsLength || (head.Framing == again.Framing && head.ContentLength == again.ContentLength) || head.Framing == BodyFraming.Length
            && head.ContentLength == 0 && again.Framing == BodyFraming.None, "framing after writing");
        DisagreementException.UnlessEqual(EndToEnd(head), EndToEnd(again), "fields after writing");
    }

    private static bool CheckResponse(byte[] input)
    {
        MessageHead head = new();
        if (Http1HeadReader.TryReadResponse(input, head, false, false, s_limits, out _, out _) != ReadStatus.Done)
        {
            return false;
        }

        byte[] output = new byte[4096];
        DisagreementException.Unless(Http1HeadWriter.TryWriteResponse(head, output, out int written), "the head fits");
        MessageHead again = new();
        ReadStatus status = Http1HeadReader.TryReadResponse(output.AsSpan(0, written), again, false, false, HeadLimits.Default, out int consumed, out HeadFault fault);
        DisagreementException.Unless(status == ReadStatus.Done && consumed == written, $"what was written is read again: {status} {fault}");
        DisagreementException.UnlessEqual((head.Status, head.Framing), (again.Status, again.Framing), "status and framing after writing");
        return true;
    }

    /// <summary>Names and values without those that writing moves or adds, cookies joined.</summary>
    private static string EndToEnd(MessageHead head)
    {
        List<string> fields = [];
        List<string> cookies = [];
        foreach (FieldLine field in head.Fields)
        {
            if (field.Removed || field.Known is KnownField.Host or KnownField.ContentLength)
            {
                continue;
            }

            if (field.Known == KnownField.Cookie)
            {
                cookies.Add(Text.Of(head.Value(field)));
            }
            else
            {
                fields.Add($"{Text.Of(head.Name(field))}: {Text.Of(head.Value(field))}");
            }
        }

        // Joining empty crumbs leaves blanks at the ends, which the next reader trims.
        return string.Join('|', fields) + "|" + string.Join("; ", cookies).Trim(' ', '\t');
    }

    private static NaiveHead.Result Describe(MessageHead head, int consumed)
    {
        List<string> all = [];
        foreach (FieldLine field in head.Fields)
        {
            all.Add($"{Text.Of(head.Name(field))}={Text.Of(head.Value(field))}");
        }

        return new NaiveHead.Result(
            Text.Of(head, head.Method), Text.Of(head, head.Path), Text.Of(head, head.Authority), head.Framing.ToString(), head.ContentLength,
            head.KeepAlive, Text.Of(head, head.Protocol), string.Join('|', all), Text.Fields(head), consumed);
    }
}
