using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Xunit;

namespace Weft.Routing.Tests.Matching;

public sealed class HeaderEditsTests
{
    [Fact]
    public void Edits_are_done_in_order_first_the_rule_then_the_backend()
    {
        RouteRule rule = Meshes.Rule("r");
        rule.RequestEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Set, Name = "a", Value = "new" });
        rule.RequestEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Add, Name = "A", Value = "more" });
        rule.RequestEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Remove, Name = "B" });
        rule.Backends[0].RequestEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Add, Name = "b", Value = "back" });
        rule.ResponseEdits.Add(new HeaderEdit { Kind = HeaderEditKind.Set, Name = "s", Value = "1" });
        MessageHead head = Heads.Request("/", fields: [("A", "1"), ("b", "2"), ("a", "3"), ("c", "4")]);

        Decision decision = Decider.Decide(Meshes.WithRules(rule), new DecisionInput(Meshes.Own, 80, head, 0));
        decision.EditRequest(head);

        Assert.Equal(["c: 4", "a: new", "A: more", "b: back"], head.FieldLines());
        MessageHead answer = new();
        decision.EditResponse(answer);
        Assert.Equal(["s: 1"], answer.FieldLines());
    }
}
