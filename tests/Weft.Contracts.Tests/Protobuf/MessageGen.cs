using System.Collections;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Weft.Contracts.Tests.Protobuf;

/// <summary>Random messages of any type, from its descriptor.</summary>
internal static class MessageGen
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Const(""),
        Gen.String[Gen.Char['a', 'z'], 1, 20],
        Gen.String[Gen.Char['\u00a0', '\ud7ff'], 1, 8],
        Gen.Const("😀 x"),
        Gen.String[Gen.Char['a', 'z'], 120, 300]);

    private static readonly Gen<uint> UInt32 = Gen.OneOf(Gen.UInt[0, 3], Gen.UInt[0, 70_000], Gen.UInt);

    private static readonly Gen<ulong> UInt64 = Gen.OneOf(Gen.ULong[0, 300], Gen.ULong);

    internal static Gen<IMessage> Of(MessageDescriptor type)
    {
        Gen<IMessage> message = Gen.Int.Select(_ => type.Parser.ParseFrom(ByteString.Empty));
        foreach (FieldDescriptor field in type.Fields.InFieldNumberOrder())
        {
            Gen<object> values = Values(field);
            message = Gen.Select(message, Gen.Bool, values, (m, present, value) =>
            {
                if (present)
                {
                    Set(m, field, value);
                }

                return m;
            });
        }

        return message;
    }

    private static void Set(IMessage message, FieldDescriptor field, object value)
    {
        if (field.IsMap)
        {
            IDictionary map = (IDictionary)field.Accessor.GetValue(message);
            foreach ((string key, string text) in (List<(string, string)>)value)
            {
                map[key] = text;
            }
        }
        else if (field.IsRepeated)
        {
            IList list = (IList)field.Accessor.GetValue(message);
            foreach (object item in (List<object>)value)
            {
                list.Add(item);
            }
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private static Gen<object> Values(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return Gen.Select(Text, Text).List[0, 4].Select(entries => (object)entries);
        }

        Gen<object> one = One(field);
        return field.IsRepeated ? one.List[0, 4].Select(items => (object)items) : one;
    }

    private static Gen<object> One(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Text.Select(v => (object)v),
        FieldType.Bytes => Gen.Byte.Array[0, 200].Select(v => (object)ByteString.CopyFrom(v)),
        FieldType.UInt32 => UInt32.Select(v => (object)v),
        FieldType.UInt64 => UInt64.Select(v => (object)v),
        FieldType.Int32 => Gen.Int.Select(v => (object)v),
        FieldType.Int64 => Gen.Long.Select(v => (object)v),
        FieldType.Bool => Gen.Bool.Select(v => (object)v),
        FieldType.Enum => Gen.Int[0, 5].Select(v => Enum.ToObject(field.EnumType.ClrType, v)),
        FieldType.Message when field.MessageType.FullName == "google.protobuf.Struct" => Structs,
        FieldType.Message => Of(field.MessageType).Select(v => (object)v),
        _ => throw new NotSupportedException($"{field.FullName} has a type that no message of ours uses"),
    };

    private static Gen<object> Structs { get; } = Gen.Select(Text, Text, (key, text) =>
    {
        Google.Protobuf.WellKnownTypes.Struct value = new();
        value.Fields[key] = Google.Protobuf.WellKnownTypes.Value.ForString(text);
        return (object)value;
    });
}
