# The control plane only configures: nothing of the applications passes it, and its death is not noticed by them.
scenario_outage() {
    local seconds=120 server_command server elapsed began
    ((quick)) && seconds=15
    demo_start 500 || return 1
    run_workload spare --service spare --port 8080 -- python3 -m http.server 8080 || return 1
    start "$work/tcpdump.log" ip netns exec wsc-cp tcpdump -i eth0 -s 0 -U -w "$work/control.pcap"
    local capture=$!

    server=$(pgrep -f -- "weft-server --data $work/data/server" | head -n 1)
    mapfile -d '' -t server_command <"/proc/$server/cmdline"
    kill -KILL "$server"
    say "  the control plane is dead for $seconds s"
    sleep 3

    local proxy
    proxy=$(listener_of spare 15020)
    began=$(now_ms)
    kill -KILL "$proxy"
    until_true 20 spare_has_another "$proxy"
    elapsed=$(($(now_ms) - began))
    row "a proxy restarted in the outage is ready from its saved state" "2,000 ms" "$elapsed ms" $((elapsed <= 2000))

    sleep $((seconds - 5))
    start "$work/server-again.log" ip netns exec wsc-cp "${server_command[@]}"
    until_true 30 "$weft" status -q >/dev/null 2>&1
    began=$(now_ms)
    until_true 30 all_current
    elapsed=$(($(now_ms) - began))
    row "after its return all $(json "$work/status.json" "len(d['proxies'])") proxies are current" "5,000 ms" "$elapsed ms" $((elapsed <= 5000))

    sleep 2
    finish "$capture"
    demo_stop || return 1
    row "requests lost over $seconds s without control plane, at 500 per second ($sent sent)" "0" "$lost" $((lost == 0))
    python3 "$here/control-capture.py" "$work/control.pcap" >"$work/capture.txt"
    read -r bytes foreign marks <"$work/capture.txt"
    row "bytes of applications in $bytes bytes captured at the control plane" "0" "$marks marks of applications, $foreign bytes that are neither TLS nor TCP to its port" $((marks == 0 && foreign == 0 && bytes > 0))
}

spare_has_another() {
    local pid
    pid=$(listener_of spare 15020)
    [[ -n $pid && $pid != "$1" ]] && in_namespace spare curl -fsS --max-time 1 http://127.0.0.1:15020/ready >/dev/null 2>&1
}

all_current() {
    "$weft" status -o json >"$work/status.json" 2>/dev/null &&
        [[ $(json "$work/status.json" "len(d['proxies'])>12 and all(p['state']=='current' for p in d['proxies'])") == True ]]
}
