using System.Text.Json;
using Weft.Contracts.Api;
using Weft.Model;
using Xunit;

namespace Weft.Samples.Tests.Shop;

public sealed class ManifestTests
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    [Fact]
    public void The_mesh_resources_of_the_shop_hold_no_mistake()
    {
        SourceDocument document = new("mesh.yaml", File.ReadAllText(Path.Combine(s_folder, "mesh.yaml")));
        Assert.Empty(ModelParser.Parse([document], "shop").Findings.Select(finding => finding.Message));
    }

    [Fact]
    public void Every_upstream_of_the_manifest_is_a_service_of_it_on_its_port()
    {
        JsonElement root = Manifest();
        HashSet<string> served = [.. Services(root).Select(service => $"{Text(service, "name")}:{service.GetProperty("port").GetInt32()}:{Text(service, "protocol")}")];
        foreach (JsonElement caller in Services(root).Append(root.GetProperty("load")))
        {
            foreach (string upstream in Upstreams(caller))
            {
                string full = upstream.Split(':').Length == 2 ? upstream + ":http1" : upstream;
                Assert.True(served.Contains(full), $"{Text(caller, "name")} calls {upstream}, which nobody serves");
            }
        }
    }

    [Fact]
    public void Callees_start_before_their_callers()
    {
        HashSet<string> started = [];
        foreach (JsonElement service in Services(Manifest()))
        {
            Assert.Empty(Upstreams(service).Select(upstream => upstream.Split(':')[0]).Except(started));
            started.Add(Text(service, "name"));
        }
    }

    private static JsonElement Manifest() => JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "shop.json"))).RootElement;

    private static List<JsonElement> Services(JsonElement root) => [.. root.GetProperty("services").EnumerateArray()];

    private static IEnumerable<string> Upstreams(JsonElement service)
        => service.TryGetProperty("upstreams", out JsonElement list) ? list.EnumerateArray().Select(item => item.GetString()!) : [];

    private static string Text(JsonElement service, string name) => service.GetProperty(name).GetString()!;
}
