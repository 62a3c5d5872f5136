using Google.Protobuf.Reflection;
using Weft.Contracts.Flow;
using Xunit;

namespace Weft.Contracts.Tests.Flow;

/// <summary>The catalogue against the definition.</summary>
public sealed class FlowFieldsTests
{
    private static readonly string[] s_lists = ["attempts", "considered", "headers"];

    [Fact]
    public void Every_field_of_the_definition_is_in_the_catalogue_and_nothing_else()
    {
        List<string> defined = [];
        foreach (FieldDescriptor field in Weft.Flow.V1.FlowRecord.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsRepeated)
            {
                Assert.Contains(field.JsonName, s_lists);
            }
            else if (field.FieldType == FieldType.Message)
            {
                defined.AddRange(field.MessageType.Fields.InFieldNumberOrder().Select(inner => $"{field.JsonName}.{inner.JsonName}"));
            }
            else
            {
                defined.Add(field.JsonName);
            }
        }

        Assert.Equal(defined.Order(StringComparer.Ordinal), FlowFields.InJson.Select(static field => field.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_has_one_entry_and_no_name_is_used_twice()
    {
        Assert.Equal(Enum.GetValues<FlowKey>().Length, FlowFields.All.Count);
        foreach (FlowKey key in Enum.GetValues<FlowKey>())
        {
            Assert.Equal(key, FlowFields.Of(key).Key);
            Assert.EndsWith(".", FlowFields.Of(key).Description, StringComparison.Ordinal);
        }

        Distinct(FlowFields.InJson.Select(static field => field.Name));
        Distinct(FlowFields.All.Select(static field => field.LogKey).Where(static name => name.Length > 0));
        Distinct(FlowFields.All.Select(static field => field.Attribute).Where(static name => name.Length > 0));
        Distinct(FlowFields.All.SelectMany(static field => field.FilterNames));
    }

    [Fact]
    public void Filters_know_every_field_that_users_are_promised()
    {
        string[] promised =
        [
            "status", "grpc_status", "method", "path", "template", "host", "source", "destination", "source.namespace", "protocol", "reason", "latency", "bytes", "mtls", "route", "version",
            "direction", "request_id", "trace_id",
        ];
        Assert.All(promised, static name => Assert.NotNull(FilterSchema.Flows.Find(name)));
    }

    private static void Distinct(IEnumerable<string> names) => Assert.All(names.GroupBy(static name => name, StringComparer.Ordinal), static group => Assert.Single(group));
}
