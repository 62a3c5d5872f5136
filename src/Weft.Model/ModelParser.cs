using Weft.Contracts.Api;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model;

/// <summary>Reads resources from YAML or JSON text: every document of every file, every mistake at once, each with its place.</summary>
public static class ModelParser
{
    /// <summary>Parses documents as one set.</summary>
    /// <param name="documents">Files with their text; a file may hold several documents.</param>
    /// <param name="defaultNamespace">The namespace of resources that name none.</param>
    public static ParsedSet Parse(IEnumerable<SourceDocument> documents, string defaultNamespace)
    {
        ArgumentNullException.ThrowIfNull(documents);
        FindingSink findings = new();
        YamlReader reader = new(findings);
        List<string> files = [];
        List<Resource> resources = [];
        List<Resource> faulty = [];
        Dictionary<ResourceKey, Resource> seen = [];
        foreach (SourceDocument source in documents)
        {
            files.Add(source.File);
            foreach (ParsedDocument document in reader.Read(source))
            {
                int before = findings.Count;
                Resource? resource = ResourceReader.Read(document, defaultNamespace, findings);
                if (resource is null)
                {
                    continue;
                }

                if (!seen.TryAdd(resource.Key, resource))
                {
                    ReportDuplicate(resource, seen[resource.Key], findings);
                }
                else
                {
                    (findings.Count == before ? resources : faulty).Add(resource);
                }
            }
        }

        return new ParsedSet(resources, findings.ToSorted(files)) { Faulty = faulty };
    }

    private static void ReportDuplicate(Resource resource, Resource first, FindingSink findings)
    {
        FindingLocation place = first.Locate("metadata.name");
        findings.Add(new Finding
        {
            Code = FindingCodes.DuplicateResource,
            Message = $"{resource} is written twice",
            Location = resource.Locate("metadata.name"),
            Cause = $"it stands already at {place.File}:{place.Line}:{place.Column}",
            Fixes = ["remove or rename one of the two"],
        });
    }
}
