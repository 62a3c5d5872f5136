namespace Weft.Cli.Errors;

internal static partial class ErrorCatalogue
{
    private static IReadOnlyList<ErrorEntry> Checks =>
    [
        new("WF1001", "Kernel is older than tried", "Weft uses plain Linux: namespaces, nftables, epoll. It is tested on 5.10 and later.", "Boot a newer kernel, or go on at your own risk; weft check names what does not work."),
        new("WF1002", "No network namespaces", "Each workload started by weft run gets its own network namespace, and this kernel or container makes none.", "Raise user.max_net_namespaces, or run outside of the container. Explicit local ports work without."),
        new("WF1003", "No veth pairs or bridges", "Workload namespaces are joined to the host by veth pairs on a bridge. One of the two could not be made.", "Load the modules: modprobe -a veth bridge."),
        new("WF1004", "nftables cannot redirect", "Transparent capture redirects new connections with nftables' nat chains; the kernel refused such a rule.", "Load the modules: modprobe -a nf_tables nft_chain_nat nft_redir."),
        new("WF1005", "nftables cannot match sockets", "Enrolling a running process without a namespace of its own matches its sockets by cgroup; the kernel refused such a rule.", "Load the module: modprobe nft_socket. Workloads with their own namespace do not need it."),
        new("WF1006", "No privileges for transparent capture", "Namespaces and rules need CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN.", "Run as root, or use explicit local ports."),
        new("WF1007", "ip is missing", "Weft arranges links and namespaces with iproute2.", "apt-get install -y iproute2"),
        new("WF1008", "nft is missing", "Weft arranges capture with nftables.", "apt-get install -y nftables"),
        new("WF1009", "OpenSSL 3 is missing", "weft-proxy opens libssl.so.3 at its start and does not run without.", "apt-get install -y libssl3"),
        new("WF1010", "Few open files allowed", "Every connection takes two descriptors. With a low hard limit a busy proxy refuses connections.", "Raise the hard limit: ulimit -Hn 65536, or LimitNOFILE= in the unit."),
        new("WF1011", "Data folder cannot be written", "The control plane keeps its store, its keys and its socket there; proxies keep their last good state.", "Make the folder for the right user: install -d -m 0700 FOLDER, or choose another with WEFT_SERVER_DATA."),
        new("WF1012", "Server ports are taken", "Another program listens on 15010 (discovery, signing) or 15011 (API).", "ss -ltnp shows which one. Stop it, or give weft server other addresses."),
        new("WF1020", "The control plane does not answer", "Nothing answers where it is expected. Traffic goes on with what the proxies have, until certificates end.", "Start it with weft server, or point weft at it: weft help connection."),
        new("WF1021", "The control plane is not well", "It answers, and says that a part of it does not work, such as its store.", "Its log names the part."),
        new("WF1022", "Clocks disagree", "Certificates are valid between two times. From about five minutes of difference handshakes begin to fail.", "Synchronise both machines: timedatectl set-ntp true."),
        new("WF1023", "Versions differ", "weft, the control plane and the proxies are not of the same version. Up to two minor versions apart is meant to work.", "Install the same version everywhere; restart workloads whose proxy is older."),
        new("WF1030", "Root certificate ends soon", "All trust in the mesh hangs on it. Warned 60 days before, failed 3 days before.", "Rotate the root in time: both roots must be trusted for a while."),
        new("WF1031", "Issuer certificate ends soon", "It signs the workloads' certificates. Warned 14 days before, failed 3 days before.", "Restart weft server, which renews what is due."),
        new("WF1032", "A workload's certificate has ended", "Its proxy could not renew it: it was disconnected, or its clock is wrong. Without a certificate there is no tunnel, never plain text instead.", "Look at weft describe workload/NAME; restart the workload to let it join again."),
        new("WF1040", "Proxies are disconnected", "These proxies go on with their last configuration and learn nothing new.", "Look at the proxy's log and at the way from it to port 15010."),
        new("WF1041", "A proxy refused its configuration", "It found something that it cannot run, keeps what it had, and has said why.", "Correct the resource and apply it again, or weft undo."),
        new("WF1042", "Proxies lag behind", "They have not yet acknowledged the newest commit.", "weft status -w shows whether they come; a proxy that never does is overloaded or stuck."),
        new("WF1043", "Workloads are unhealthy", "The proxy beside the workload checks it and finds it ill; callers avoid it.", "Look at the application; weft describe workload/NAME shows what its proxy sees."),
        new("WF1050", "Configuration in force is not sound", "What weft apply warned of when it was made, or what has changed around it since: a service that a route names and that has no workloads any more, for example.", "weft explain WF2103, with the code that is named, says what it means; correct the object and apply it again, or weft undo."),
    ];
}
