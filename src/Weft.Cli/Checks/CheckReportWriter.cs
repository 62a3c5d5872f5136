using System.Globalization;
using System.Text;
using System.Xml;
using Weft.Cli.Output;

namespace Weft.Cli.Checks;

/// <summary>A report as a list under headings, as problems only, or as JUnit XML.</summary>
internal static class CheckReportWriter
{
    public static void WriteList(CommandRun run, CheckReport report, bool problemsOnly)
    {
        var shown = report.Checks.Where(c => !problemsOnly || c.Kind is CheckOutcome.Warning or CheckOutcome.Failure).ToList();
        foreach (var group in shown.GroupBy(c => c.Category, StringComparer.Ordinal))
        {
            if (!problemsOnly)
            {
                run.Output.Line(run.OutStyle.Paint(Tone.Strong, group.Key));
            }

            foreach (var check in group)
            {
                WriteOne(run, check, problemsOnly ? $"{group.Key}: " : "");
            }
        }

        run.Output.Line(Verdict(report));
    }

    public static string Verdict(CheckReport report)
    {
        var text = $"{Units.Plural(report.Passed, "check")} passed";
        text += report.Warnings > 0 ? $", {Units.Plural(report.Warnings, "warning")}" : "";
        text += report.Failures > 0 ? $", {report.Failures} failed" : "";
        return text + (report.Skipped > 0 ? $", {report.Skipped} skipped" : "");
    }

    public static void WriteJunit(TextWriter writer, CheckReport report)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            foreach (var group in report.Checks.GroupBy(c => c.Category, StringComparer.Ordinal))
            {
                WriteSuite(xml, group.Key, [.. group]);
            }

            xml.WriteEndElement();
        }

        writer.WriteLine("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        writer.WriteLine(text.ToString());
    }

    private static void WriteOne(CommandRun run, CheckResult check, string prefix)
    {
        var (mark, tone) = check.Kind switch
        {
            CheckOutcome.Pass => (run.OutStyle.Good, Tone.Good),
            CheckOutcome.Warning => (run.OutStyle.Warning, Tone.Warning),
            CheckOutcome.Failure => (run.OutStyle.Bad, Tone.Bad),
            _ => ("-", Tone.Dim),
        };
        var detail = check.Detail is null ? "" : run.OutStyle.Paint(Tone.Dim, $" ({TextWidth.Safe(check.Detail)})");
        var code = check.Kind is CheckOutcome.Warning or CheckOutcome.Failure ? $" [{check.Code}]" : "";
        run.Output.Line($"  {run.OutStyle.Paint(tone, mark)} {prefix}{check.Name}{detail}{code}");
        if (check.Fix is { } fix)
        {
            run.Output.Line($"      fix: {TextWidth.Safe(fix)}");
        }
    }

    private static void WriteSuite(XmlWriter xml, string name, List<CheckResult> checks)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("tests", checks.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", checks.Count(c => c.Kind == CheckOutcome.Failure).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("skipped", checks.Count(c => c.Kind == CheckOutcome.Skipped).ToString(CultureInfo.InvariantCulture));
        foreach (var check in checks)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", name);
            xml.WriteAttributeString("name", $"{check.Code} {check.Name}");
            if (check.Kind == CheckOutcome.Failure)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", Clean(check.Detail));
                xml.WriteString(Clean($"fix: {check.Fix}"));
                xml.WriteEndElement();
            }
            else if (check.Kind == CheckOutcome.Skipped)
            {
                xml.WriteStartElement("skipped");
                xml.WriteAttributeString("message", Clean(check.Detail));
                xml.WriteEndElement();
            }
            else if (check.Kind == CheckOutcome.Warning)
            {
                // JUnit knows no warnings; readers show this text and count the case as passed.
                xml.WriteElementString("system-out", Clean($"warning: {check.Detail}; fix: {check.Fix}"));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Clean(string? text) => TextWidth.Safe(text ?? "");
}
