using System.Collections.Frozen;
using Weft.Contracts.Api;
using Weft.ControlPlane.Store;
using Weft.Model;
using Xunit;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>Models from YAML.</summary>
internal static class Models
{
    internal static MeshModel Parse(string yaml)
    {
        ParsedSet parsed = ModelParser.Parse([new SourceDocument("test.yaml", yaml)], "shop");
        Assert.Empty(parsed.Findings.Select(finding => $"{finding.Location?.Line}: {finding.Message}"));
        return MeshModel.Of(parsed.Resources);
    }

    internal static ModelRevision Revision(long commit, string yaml)
        => new(commit, "", DateTimeOffset.UnixEpoch, Parse(yaml), FrozenDictionary<ResourceKey, ResourceAge>.Empty);
}
