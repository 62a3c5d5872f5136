using System.Text;
using Weft.Primitives.Http;

namespace Weft.Routing.Tests;

/// <summary>Request heads as a codec would make them.</summary>
internal static class Heads
{
    internal static MessageHead Request(string target, string method = "GET", string host = "cart", params (string Name, string Value)[] fields)
    {
        MessageHead head = new();
        head.Method = head.Append(Encoding.UTF8.GetBytes(method));
        head.Path = head.Append(Encoding.UTF8.GetBytes(target));
        head.Authority = head.Append(Encoding.UTF8.GetBytes(host));
        foreach ((string name, string value) in fields)
        {
            head.AddField(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        return head;
    }

    internal static string Target(this MessageHead head) => Encoding.UTF8.GetString(head[head.Path]);

    internal static string[] FieldLines(this MessageHead head)
    {
        List<string> lines = [];
        foreach (FieldLine field in head.Fields)
        {
            if (!field.Removed)
            {
                lines.Add(Encoding.UTF8.GetString(head.Name(field)) + ": " + Encoding.UTF8.GetString(head.Value(field)));
            }
        }

        return [.. lines];
    }
}
