using Weft.Contracts.Api;
using Weft.Model.Policies;
using Weft.Model.Telemetry;
using Xunit;

namespace Weft.Model.Tests;

public sealed class MeshModelTests
{
    private static readonly NamespacedName s_cart = new("shop", "cart");

    [Fact]
    public void The_mode_of_a_service_is_its_own_else_its_namespaces_else_permissive()
    {
        Assert.Equal(TlsMode.Permissive, MeshModel.Empty.TlsModeOf(s_cart));
        MeshModel strict = Model("kind: NamespacePolicy\nmetadata: {name: d}\nspec: {mtls: strict}");
        Assert.Equal(TlsMode.Strict, strict.TlsModeOf(s_cart));
        Assert.Equal(TlsMode.Permissive, strict.TlsModeOf(new NamespacedName("other", "cart")));
        MeshModel both = strict.With(Read("kind: WorkloadPolicy\nmetadata: {name: w}\nspec: {targetRef: {kind: Service, name: cart}, mtls: permissive}"), []);
        Assert.Equal(TlsMode.Permissive, both.TlsModeOf(s_cart));
        Assert.Equal(TlsMode.Strict, both.TlsModeOf(new NamespacedName("shop", "web")));
    }

    [Fact]
    public void Policies_of_a_service_are_its_own_and_those_of_its_namespace()
    {
        MeshModel model = Model(
            "kind: AuthorizationPolicy\nmetadata: {name: own}\nspec: {targetRef: {kind: Service, name: cart}}",
            "kind: AuthorizationPolicy\nmetadata: {name: all}\nspec: {}",
            "kind: AuthorizationPolicy\nmetadata: {name: web}\nspec: {targetRef: {kind: Service, name: web}}",
            "kind: AuthorizationPolicy\nmetadata: {name: other, namespace: other}\nspec: {}");
        Assert.Equal(["all", "own"], model.AuthorizationPoliciesOf(s_cart).Select(policy => policy.Key.Name));
    }

    [Fact]
    public void Telemetry_of_a_service_is_its_own_field_by_field_and_else_that_of_its_namespace()
    {
        Assert.Null(MeshModel.Empty.TelemetryOf(s_cart));
        MeshModel model = Model(
            "kind: Telemetry\nmetadata: {name: all}\nspec: {traceSample: 5, slow: 250ms}",
            "kind: Telemetry\nmetadata: {name: own}\nspec: {targetRef: {kind: Service, name: cart}, traceSample: 0, accessLogSample: 0.5}",
            "kind: Telemetry\nmetadata: {name: other, namespace: other}\nspec: {slow: 1s}");
        TelemetrySpec cart = model.TelemetryOf(s_cart)!;
        Assert.Equal((0, TimeSpan.FromMilliseconds(250), 5_000), (cart.TraceSample, cart.Slow, cart.AccessLogSample));
        TelemetrySpec web = model.TelemetryOf(new NamespacedName("shop", "web"))!;
        Assert.Equal((50_000, TimeSpan.FromMilliseconds(250), null), (web.TraceSample, web.Slow, web.AccessLogSample));
        Assert.Null(model.TelemetryOf(new NamespacedName("bank", "cart")));
    }

    [Fact]
    public void A_change_makes_a_new_model_and_leaves_the_old_one_alone()
    {
        MeshModel first = Model("kind: NamespacePolicy\nmetadata: {name: d}\nspec: {mtls: strict}");
        ResourceKey key = new(ResourceKind.NamespacePolicy, "shop", "d");
        MeshModel second = first.With(Read("kind: NamespacePolicy\nmetadata: {name: d}\nspec: {mtls: permissive}"), []);
        MeshModel third = second.With([], [key]);
        Assert.Equal(TlsMode.Strict, first.TlsModeOf(s_cart));
        Assert.Equal(TlsMode.Permissive, second.NamespacePolicyOf("shop")!.Spec.MutualTls);
        Assert.Null(third.Find(key));
    }

    [Fact]
    public void Places_of_fields_come_from_the_file()
    {
        Resource resource = Assert.Single(Read("kind: NamespacePolicy\nmetadata: {name: d}\nspec:\n  mtls: strict"));
        FindingLocation place = resource.Locate("spec.mtls");
        Assert.Equal(("in.yaml", 5, 9, "strict"), (place.File, place.Line, place.Column, place.Text));
        FindingLocation around = resource.Locate("spec.rules[0].name");
        Assert.Equal(("in.yaml", 5, 3), (around.File, around.Line, around.Column));
    }

    [Theory]
    [InlineData("metadata.name", "metadata: {name: rules, namespace: shop}", "  name: rules")]
    [InlineData("spec", "spec:", "spec:")]
    [InlineData("spec.rules", "  rules:", "  rules:")]
    [InlineData("spec.rules[0]", "    - to: [{methods: [PATCH]}]", "  - to:")]
    [InlineData("spec.rules[1].to", "      to: [{methods: [DELETE]}]", "  - to:")]
    [InlineData("spec.rules[2]", null, null)]
    [InlineData("spec.action[0]", null, null)]
    [InlineData("spec.colour", null, null)]
    public void A_field_has_a_line_in_its_file_and_one_in_the_canonical_text(string path, string? inFile, string? inYaml)
    {
        const string Text = "kind: AuthorizationPolicy\nmetadata: {name: rules, namespace: shop}\nspec:\n  action: DENY\n  rules:\n    # the first\n    - to: [{methods: [PATCH]}]\n    -\n      to: [{methods: [DELETE]}]";
        Resource resource = Assert.Single(Read(Text));
        Assert.Equal(inFile, LineOf("apiVersion: weft.mesh/v1\n" + Text, resource.Origin.LineOf(path)));
        Assert.Equal(inYaml, LineOf(resource.Yaml, resource.LineInYaml(path)));
    }

    private static string? LineOf(string text, int? line) => line is null ? null : text.Split('\n')[line.Value - 1];

    private static MeshModel Model(params string[] texts) => MeshModel.Of(texts.SelectMany(Read));

    private static IReadOnlyList<Resource> Read(string text)
    {
        ParsedSet set = ModelParser.Parse([new SourceDocument("in.yaml", "apiVersion: weft.mesh/v1\n" + text)], "shop");
        Assert.Empty(set.Findings);
        return set.Resources;
    }
}
