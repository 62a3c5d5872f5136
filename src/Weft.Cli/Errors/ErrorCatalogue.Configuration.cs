namespace Weft.Cli.Errors;

internal static partial class ErrorCatalogue
{
    private static IReadOnlyList<ErrorEntry> Configuration =>
    [
        new("WF2000", "The set has mistakes", "At least one document of the set is wrong, so nothing of it was applied. Every mistake stands beside this one with its own code.", "Correct the mistakes that are named and apply again."),
        new("WF2001", "Not well-formed YAML", "The file cannot be read as YAML or JSON at the place named. Nothing of the set was applied.", "Correct the syntax there; the true cause often stands a line above."),
        new("WF2002", "Document too large", "A document or the whole set is larger than the limits allow.", "Split it into several commits."),
        new("WF2003", "Nested too deep", "Maps and lists may be nested only so deep; real resources never are.", "Flatten the document; look for an indentation mistake."),
        new("WF2004", "Anchors and aliases are not taken", "An alias can make a small file stand for a huge one, so none is followed.", "Write the value out."),
        new("WF2005", "Field given twice", "The same key stands twice in one map; readers disagree which one counts.", "Remove one of them."),
        new("WF2006", "Wrong type", "The field takes another type of value: a number, a text, a list or a map.", "The message says which; numbers stand without quotes."),
        new("WF2007", "Field missing", "A field that the kind needs is not there.", "Add it; the message shows its form."),
        new("WF2008", "Unknown field", "The kind has no such field. Nothing is ignored silently: a misspelt policy would otherwise allow what it was to deny.", "Take the nearest name that the message offers, or remove the field."),
        new("WF2009", "Unknown kind or version", "No resource of this apiVersion and kind exists.", "weft help names lists the kinds; apiVersion and kind must fit together."),
        new("WF2010", "Bad name", "Names are DNS labels: lower-case letters, digits and dashes, beginning and ending with a letter or digit, at most 63.", "Give a name of that form."),
        new("WF2011", "Out of range", "The number is smaller or larger than the field allows.", "The message gives the range."),
        new("WF2012", "Unknown value", "The field takes one of a few words, and this is none of them.", "Take one that the message lists."),
        new("WF2013", "Bad duration", "Durations are written as the Gateway API does: whole numbers with h, m, s, ms.", "Write 500ms, 10s or 1m30s."),
        new("WF2014", "Not supported yet", "The field or value is part of the standard, and this version of Weft does not do it. It is refused, not ignored.", "Remove it; the message says what comes instead."),
        new("WF2015", "The same resource twice", "Two documents of the set describe the same kind, namespace and name.", "Remove one of them."),
        new("WF2016", "Bad value", "The text has not the form that the field needs.", "The message shows the form."),
        new("WF2017", "Too many entries", "A list is longer than the limits allow.", "Split the resource in two."),
        new("WF2018", "Fields contradict each other", "Two fields are set that exclude each other, or one needs another that is missing.", "Keep one of the two that the message names."),
        new("WF2019", "More findings than shown", "The number of findings is bounded; the rest is only counted.", "Correct the ones shown first and apply again."),
        new("WF2020", "Nothing to apply", "No document holds a resource.", "Check the path and that documents are not all comments."),
        new("WF2101", "Parent does not exist", "A route names a service as its parent that does not exist in the namespace, so it would never be used.", "Take the nearest name that the message offers, or create the service."),
        new("WF2102", "Parent has no such port", "A route names a port that its parent service does not have.", "Take one of the ports that the message lists, or leave the port out."),
        new("WF2103", "Backend does not exist", "A route sends traffic to a service that does not exist; that share of requests would get status 500.", "Take the nearest name that the message offers, or create the service in the same commit."),
        new("WF2104", "Backend has no such port", "A route sends traffic to a port that the service does not have.", "Take one of the ports that the message lists."),
        new("WF2105", "All weights are zero", "No backend of the rule can be chosen, so every request would get status 500.", "Give at least one backend a weight above zero."),
        new("WF2106", "Rule is never reached", "An earlier or more specific rule takes every request that this one matches.", "Remove it, or make its match narrower than the other."),
        new("WF2107", "Policy never matches", "No rule of the policy can match anything, so it has no effect. In an allow policy that means: everything is denied.", "Correct the rule that the message names."),
        new("WF2108", "Target does not exist", "A policy names a service or workload that does not exist.", "Take the nearest name that the message offers."),
        new("WF2109", "Target is claimed twice", "Two policies of the same kind name the same target; neither may win by chance.", "Join the two, or change one target."),
        new("WF2110", "Other namespace", "The resource refers to one in another namespace, which is not allowed here.", "Move one of the two, so that they stand in the same namespace."),
        new("WF2111", "Workload has no such port", "A port names a target port that no workload of the service has.", "Correct the target port."),
        new("WF2112", "Health check of nobody", "A traffic policy has a health check, and every endpoint of its service has a proxy beside it, which checks it as its start says. Callers check only endpoints without a proxy.", "Remove spec.healthCheck, and start the workloads with the option --health-path; or create a Workload for an endpoint that has no proxy."),
    ];
}
