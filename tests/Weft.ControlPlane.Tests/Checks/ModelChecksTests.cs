using System.Globalization;
using System.Text;
using Weft.Contracts.Api;
using Weft.ControlPlane.Checks;
using Weft.Model;
using Weft.Testing;
using Xunit;

namespace Weft.ControlPlane.Tests.Checks;

public sealed class ModelChecksTests
{
    private const string Project = "Weft.ControlPlane.Tests";

    public static TheoryData<string> Cases => [.. Golden.Cases(Project, "Checks", ".yaml")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resources_together_give_exactly_these_findings(string name)
    {
        MeshModel model = Read($"{name}.yaml", Golden.Read(Project, "Checks", $"{name}.yaml"));
        IReadOnlyList<Finding> findings = ModelChecks.Run(model, new JoinedServices(), [$"{name}.yaml"]);
        Golden.Check(Project, "Checks", $"{name}.findings", TextOf(findings));
    }

    [Fact]
    public void An_old_error_does_not_stop_a_commit_that_does_not_touch_it()
    {
        MeshModel before = Read("old.yaml", Yaml.Service("cart") + "---\n" + Yaml.Route("cart", "gone"));
        MeshModel after = before.With(Read("new.yaml", Yaml.Service("web")).All, []);
        Finding finding = Assert.Single(ModelChecks.RunOnChange(before, after, ["new.yaml"], new NoServices()));
        Assert.Equal(("WF2103", "warning"), (finding.Code, finding.Severity));
    }

    [Fact]
    public void An_old_error_stops_a_commit_that_touches_its_resource()
    {
        MeshModel before = Read("old.yaml", Yaml.Service("cart") + "---\n" + Yaml.Route("cart", "gone"));
        MeshModel after = before.With(Read("new.yaml", Yaml.Route("cart", "gone").Replace("8080", "9090", StringComparison.Ordinal)).All, []);
        Assert.Equal("error", Assert.Single(ModelChecks.RunOnChange(before, after, ["new.yaml"], new NoServices())).Severity);
    }

    [Fact]
    public void Taking_away_what_others_need_is_an_error_where_it_is_needed()
    {
        MeshModel before = Read("old.yaml", Yaml.Service("cart") + "---\n" + Yaml.Service("cart-v2") + "---\n" + Yaml.Route("cart", "cart-v2"));
        MeshModel after = before.With([], [new ResourceKey(ResourceKind.Service, "shop", "cart-v2")]);
        Finding finding = Assert.Single(ModelChecks.RunOnChange(before, after, [], new NoServices()));
        Assert.Equal(("WF2103", "error", "old.yaml"), (finding.Code, finding.Severity, finding.Location!.File));
    }

    private static MeshModel Read(string file, string text)
    {
        ParsedSet set = ModelParser.Parse([new SourceDocument(file, text)], "shop");
        Assert.Empty(set.Findings);
        return MeshModel.Of(set.Resources);
    }

    private static string TextOf(IReadOnlyList<Finding> findings)
    {
        StringBuilder text = new();
        foreach (Finding finding in findings)
        {
            FindingLocation place = finding.Location!;
            text.Append(CultureInfo.InvariantCulture, $"{finding.Severity}[{finding.Code}]: {finding.Message}\n");
            text.Append(CultureInfo.InvariantCulture, $"  --> {place.File}:{place.Line}:{place.Column}   {place.Path}\n");
            text.Append(CultureInfo.InvariantCulture, $"  why: {finding.Cause}\n");
            text.Append(finding.Near is null ? "" : $"  near: {finding.Near}\n");
            text.Append(CultureInfo.InvariantCulture, $"  fix: {string.Join(" / ", finding.Fixes)}\n\n");
        }

        return text.ToString();
    }

    /// <summary>One service that joined without a resource.</summary>
    private sealed class JoinedServices : IServiceDirectory
    {
        private static readonly NamespacedName s_joined = new("shop", "joined");

        public bool Exists(NamespacedName service) => service == s_joined;

        public IReadOnlyList<int> PortsOf(NamespacedName service) => service == s_joined ? [8080] : [];

        public IEnumerable<string> NamesIn(string ns) => ns == "shop" ? ["joined"] : [];
    }
}
