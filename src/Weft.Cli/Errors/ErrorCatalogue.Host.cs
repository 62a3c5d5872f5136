namespace Weft.Cli.Errors;

internal static partial class ErrorCatalogue
{
    private static IReadOnlyList<ErrorEntry> Machine =>
    [
        new("WF1101", "A program of the system is missing", "Weft arranges namespaces, rules and processes with the system's own tools.", "Install the package that the message names."),
        new("WF1102", "A program of the system failed", "The message holds what it wrote. Nothing was left half done: what had been made was removed again.", "weft check tells what this machine lacks."),
        new("WF1103", "Root is needed", "Network namespaces and nftables rules belong to root. Without root a workload joins through explicit local ports.", "Run it with sudo, or leave root away where the verb has an explicit mode."),
        new("WF1104", "No address is left", "Every address of the bridge's block belongs to a workload.", "End a workload, or choose a larger block with WEFT_HOST_SUBNET."),
        new("WF1105", "Another weft holds the lock", "Two commands never change this machine at the same time; the kernel frees the lock when its holder ends.", "Wait, or end the other command."),
        new("WF1106", "The proxy did not start", "Traffic is captured only when the proxy is ready, so nothing was captured. The message holds the end of the proxy's log.", "Look at the control plane with weft status; the join token may have been used or be too old."),
        new("WF1107", "The workload runs already", "A workload of this name is on this machine.", "Choose another name with --name, or take it out with weft leave."),
        new("WF1108", "No such workload", "Weft attached no workload of this name on this machine.", "weft leave --all takes out all; weft status lists the mesh."),
        new("WF1109", "No such process", "The process ended, or belongs to another user.", "Look at ps -e."),
        new("WF1110", "Not a usable name or address", "Names go into host names, paths and interface names.", "The message says what is allowed."),
        new("WF1111", "No such network namespace", "ip netns knows no namespace of this name.", "Look at ip netns list, or give a process with --pid."),
        new("WF1112", "The namespace has no address", "Other proxies must reach this one, but the namespace has no address except loopback.", "Give it one, or name it with --address."),
        new("WF1113", "cgroup version 2 is missing", "In a shared network namespace a workload is told from its neighbours by its cgroup.", "Mount it, or give the workload a namespace of its own with weft run."),
        new("WF1114", "No port is left", "Every port that Weft may choose is taken.", "End a workload."),
        new("WF1115", "The run directory is not safe", "Others may write where Weft keeps keys and process numbers.", "Take the permission away as the message says."),
        new("WF1116", "The demo cannot start", "A program or file of the sample shop is missing or wrong.", "Start it with ./weft demo at the root of the repository, which builds what is missing."),
    ];
}
