using Weft.Contracts.Api;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests;

/// <summary>Small resources for tests.</summary>
internal static class Yaml
{
    public static string Service(string name, int port = 8080) => $"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: {port}}}]}}\n";

    public static string Route(string name, string backend)
        => $"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\n"
            + $"spec:\n  parentRefs: [{{kind: Service, name: {name}}}]\n  rules: [{{backendRefs: [{{name: {backend}, port: 8080}}]}}]\n";

    public static Resource Read(string text) => Assert.Single(ReadAll(text));

    public static IReadOnlyList<Resource> ReadAll(string text)
    {
        ParsedSet set = ModelParser.Parse([new SourceDocument("test.yaml", text)], "shop");
        Assert.Empty(set.Findings);
        return set.Resources;
    }
}
