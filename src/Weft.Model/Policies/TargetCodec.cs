using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>The <c>targetRef</c> of policies: a service of the same namespace, as policy attachment in the Gateway API has it.</summary>
internal static class TargetCodec
{
    public static NamespacedName? Read(ObjectReader spec, string policyNamespace, bool required)
    {
        ObjectReader? target = required
            ? spec.RequiredObject("targetRef", "targetRef: {kind: Service, name: cart}")
            : spec.Object("targetRef");
        if (target is null)
        {
            return null;
        }

        string group = target.Text("group") ?? "";
        string kind = target.RequiredText("kind", "kind: Service");
        string name = target.RequiredLabel("name", "name: cart");
        target.NotSupported("namespace", "a policy concerns services of its own namespace").Finish();
        if (kind.Length > 0 && (kind != "Service" || group is not ("" or "core")))
        {
            target.Fail(
                FindingCodes.NotSupported,
                "kind",
                $"targets {kind}, which is not supported yet",
                "a policy targets a Service of group \"\"",
                "write kind: Service");
        }

        return new NamespacedName(policyNamespace, name);
    }

    public static MappingNode? Write(NamespacedName? target)
        => target is { } service ? new MappingBuilder().Add("kind", "Service").Add("name", service.Name).Build() : null;
}
