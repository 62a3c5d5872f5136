using System.Collections;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Weft.Contracts.Protobuf;
using Xunit;

namespace Weft.Contracts.Tests.Protobuf;

/// <summary>Our messages against those that the public tools generate from the same files.</summary>
public sealed class TwinTests
{
    public static TheoryData<string> Names => [.. MessagePair.All.Select(p => p.ToString())];

    [Fact]
    public void Every_message_of_the_files_is_covered() => Assert.True(MessagePair.All.Count >= 47, $"only {MessagePair.All.Count} messages were found");

    [Theory, MemberData(nameof(Names))]
    public void What_the_twin_wrote_is_read_whole_and_written_so_that_the_twin_reads_the_same(string name)
    {
        MessagePair pair = Find(name);
        MessageGen.Of(pair.Twin).Sample(twin =>
        {
            (object ours, byte[] bytes) = pair.Reread(twin.ToByteArray());
            Assert.Equal(twin, pair.Twin.Parser.ParseFrom(bytes));
            AssertSame(pair, twin, ours);
        }, iter: 200);
    }

    [Theory, MemberData(nameof(Names))]
    public void Equal_content_gives_equal_bytes(string name)
    {
        MessagePair pair = Find(name);
        MessageGen.Of(pair.Twin).Sample(twin =>
        {
            byte[] once = pair.Reread(twin.ToByteArray()).Bytes;
            Assert.Equal(once, pair.Reread(once).Bytes);
        }, iter: 50);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_message_cut_off_anywhere_is_read_or_refused_and_never_crashes(string name)
    {
        MessagePair pair = Find(name);
        Gen.Select(MessageGen.Of(pair.Twin), Gen.Double[0, 1]).Sample((twin, share) =>
        {
            byte[] bytes = twin.ToByteArray();
            ReadOrRefuse(pair, bytes[..(int)(bytes.Length * share)]);
        }, iter: 100);
    }

    [Theory, MemberData(nameof(Names))]
    public void Garbage_and_damaged_messages_are_read_or_refused_and_never_crash(string name)
    {
        MessagePair pair = Find(name);
        Gen.Select(MessageGen.Of(pair.Twin), Gen.Int[0, 1_000_000], Gen.Byte, Gen.Byte.Array[0, 60]).Sample((twin, at, value, garbage) =>
        {
            byte[] bytes = twin.ToByteArray();
            if (bytes.Length > 0)
            {
                bytes[at % bytes.Length] = value;
            }

            ReadOrRefuse(pair, bytes);
            ReadOrRefuse(pair, garbage);
        }, iter: 200);
    }

    [Theory, MemberData(nameof(Names))]
    public void An_unknown_field_is_an_error_in_mesh_messages_and_skipped_in_the_others(string name)
    {
        MessagePair pair = Find(name);
        byte[][] unknown =
        [
            Tagged(1999, 0, [7]),
            Tagged(1999, 1, [1, 2, 3, 4, 5, 6, 7, 8]),
            Tagged(1999, 2, [2, 65, 66]),
            Tagged(1999, 5, [1, 2, 3, 4]),
        ];
        MessageGen.Of(pair.Twin).Sample(twin =>
        {
            byte[] known = twin.ToByteArray();
            byte[] expected = pair.Reread(known).Bytes;
            foreach (byte[] extra in unknown)
            {
                byte[] both = [.. known, .. extra];
                if (pair.IsStrict)
                {
                    UnknownFieldException refused = Assert.Throws<UnknownFieldException>(() => pair.Reread(both));
                    Assert.Equal(pair.ToString(), refused.MessageName);
                    Assert.Equal(1999, refused.FieldNumber);
                }
                else
                {
                    Assert.Equal(expected, pair.Reread(both).Bytes);
                }
            }
        }, iter: 20);
    }

    private static MessagePair Find(string name) => MessagePair.All.Single(p => p.ToString() == name);

    private static void ReadOrRefuse(MessagePair pair, byte[] bytes)
    {
        try
        {
            byte[] again = pair.Reread(bytes).Bytes;
            Assert.Equal(again, pair.Reread(again).Bytes);
        }
        catch (ProtoException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static byte[] Tagged(int field, int wireType, byte[] value)
    {
        uint tag = ((uint)field << 3) | (uint)wireType;
        return [(byte)(tag | 0x80), (byte)(tag >> 7), .. value];
    }

    private static void AssertSame(MessagePair pair, IMessage twin, object ours)
    {
        foreach (FieldDescriptor field in twin.Descriptor.Fields.InFieldNumberOrder())
        {
            // An optional number that is not there is null here, and 0 there.
            object? expected = field.HasPresence && !field.Accessor.HasValue(twin) ? null : field.Accessor.GetValue(twin);
            Assert.Equal(Plain(field, expected), Plain(pair, field, pair.Property(ours, field)));
        }
    }

    // Both sides are reduced to text, so that a value in the wrong property shows even when it would be written back in the right place.
    private static string Plain(FieldDescriptor field, object? value)
    {
        StringBuilder text = new();
        Describe(text, value, m => Sorted((IMessage)m), field.IsMap);
        return text.ToString();
    }

    private static string Plain(MessagePair pair, FieldDescriptor field, object? value)
    {
        StringBuilder text = new();
        Describe(text, value, m => Canonical(field, m), field.IsMap);
        return text.ToString();
    }

    private static byte[] Canonical(FieldDescriptor field, object message)
    {
        byte[] bytes = message as byte[] ?? (byte[])message.GetType().GetMethod("ToBytes")!.Invoke(message, null)!;
        return field.FieldType == FieldType.Message ? Sorted(field.MessageType.Parser.ParseFrom(bytes)) : bytes;
    }

    private static byte[] Sorted(IMessage message)
    {
        using MemoryStream memory = new();
        using (CodedOutputStream output = new(memory) { Deterministic = true })
        {
            message.WriteTo(output);
        }

        return memory.ToArray();
    }

    private static void Describe(StringBuilder text, object? value, Func<object, byte[]> bytesOf, bool isMap)
    {
        switch (value)
        {
            case null:
                text.Append("none");
                break;
            case string s:
                text.Append(s);
                break;
            case Enum e:
                text.Append(Convert.ToInt32(e, null));
                break;
            case ByteString b:
                text.Append(Convert.ToHexString(b.Span));
                break;
            case byte[] b when !isMap:
                text.Append(Convert.ToHexString(bytesOf(b)));
                break;
            case IDictionary map:
                foreach (string key in map.Keys.Cast<string>().Order(StringComparer.Ordinal))
                {
                    text.Append(key).Append('=').Append(map[key]).Append(';');
                }

                break;
            case IEnumerable list and not IMessage:
                foreach (object? item in list)
                {
                    Describe(text, item, bytesOf, isMap);
                    text.Append(';');
                }

                break;
            case IFormattable number:
                text.Append(number);
                break;
            case bool flag:
                text.Append(flag);
                break;
            default:
                text.Append(Convert.ToHexString(bytesOf(value)));
                break;
        }
    }
}
