using System.Net;
using System.Net.Sockets;
using Weft.Contracts.Session;
using Weft.Identity;
using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>Turns what a proxy says of itself into a record, within bounds and within what its certificate proves.</summary>
internal static class HelloReader
{
    internal const int MaxPorts = 64;
    internal const int MaxLabels = 64;
    internal const int MaxText = 253;

    /// <exception cref="RegistryException">Something does not fit; the message says what.</exception>
    internal static WorkloadRecord Read(Hello hello, SpiffeId identity)
    {
        if (!identity.IsWorkload || hello.Service != identity.ServiceName)
        {
            throw new RegistryException($"The workload says it belongs to '{Shorten(hello.Service)}', its certificate says {identity}.");
        }

        string prefix = identity.Namespace + "/";
        if (!hello.Workload.StartsWith(prefix, StringComparison.Ordinal) || !IsName(hello.Workload.AsSpan(prefix.Length)))
        {
            throw new RegistryException(
                $"'{Shorten(hello.Workload)}' must be '{prefix}<workload>'; a workload's name has 1 to {MaxText} lower-case letters, digits, '-' and '.'.");
        }

        CheckTexts(hello);
        return new WorkloadRecord
        {
            Name = new NamespacedName(identity.Namespace, hello.Workload[prefix.Length..]),
            Service = new NamespacedName(identity.Namespace, identity.Service),
            Identity = identity.ToString(),
            Address = ReadAddress(hello.Address),
            TunnelPort = ReadPort(hello.TunnelPort, "tunnel_port"),
            Ports = ReadPorts(hello.Ports),
            Labels = ReadLabels(hello.Labels, identity),
            Zone = hello.Zone,
        };
    }

    private static void CheckTexts(Hello hello)
    {
        foreach (string text in (string[])[hello.Zone, hello.ProxyVersion, hello.Epoch, hello.Capture, hello.Host])
        {
            if (text.Length > MaxText)
            {
                throw new RegistryException($"A text in Hello has {text.Length} characters, at most {MaxText} are accepted.");
            }
        }
    }

    private static string ReadAddress(string text)
    {
        // Only the text that the address itself would write: others mean something else to other readers.
        bool usable = IPAddress.TryParse(text, out IPAddress? address)
            && address.ToString() == text
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6
            && (address.AddressFamily != AddressFamily.InterNetwork || address.GetAddressBytes()[0] is > 0 and < 224);
        return usable ? text : throw new RegistryException($"'{Shorten(text)}' is not an IP address that others can connect to.");
    }

    private static List<WorkloadPort> ReadPorts(List<WorkloadPort> ports)
    {
        if (ports.Count > MaxPorts)
        {
            throw new RegistryException($"A workload has at most {MaxPorts} ports, not {ports.Count}.");
        }

        List<WorkloadPort> read = [];
        foreach (WorkloadPort port in ports)
        {
            ReadPort(port.Port, "port");
            uint target = port.TargetPort == 0 ? port.Port : ReadPort(port.TargetPort, "target_port");
            if (port.Protocol.Length > MaxText || port.HealthPath.Length > MaxText)
            {
                throw new RegistryException($"A text of port {port.Port} is longer than {MaxText} characters.");
            }

            read.Add(new WorkloadPort { Port = port.Port, TargetPort = target, Protocol = port.Protocol, HealthPath = port.HealthPath });
        }

        return read;
    }

    private static Dictionary<string, string> ReadLabels(Dictionary<string, string> labels, SpiffeId identity)
    {
        if (labels.Count > MaxLabels || labels.Any(label => label.Key.Length > MaxText || label.Value.Length > MaxText))
        {
            throw new RegistryException($"A workload has at most {MaxLabels} labels of at most {MaxText} characters.");
        }

        // The two labels by which services select are facts, not wishes.
        return new Dictionary<string, string>(labels, StringComparer.Ordinal)
        {
            ["service"] = identity.Service!,
            ["namespace"] = identity.Namespace!,
        };
    }

    private static uint ReadPort(uint port, string field)
        => port is > 0 and <= 65535 ? port : throw new RegistryException($"{field} must be 1 to 65535, not {port}.");

    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxText)
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
