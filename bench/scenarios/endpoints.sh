# One of two endpoints dies, in each way there is, and callers go on with the other.
scenario_endpoints() {
    server_start 10.79.0.1 || return 1
    run_workload users --service users -- sleep 3600 || return 1
    endpoints_case "kill -9 of the application" kill_application 8
    endpoints_case "kill -9 of the proxy" kill_proxy 8
    endpoints_case "kill -9 of both" kill_both 8
    endpoints_case "SIGTERM of the workload" terminate 0
}

# endpoints_case WHAT ACTION LOST-AT-MOST
endpoints_case() {
    local what=$1 action=$2 most=$3 seconds=12 lost late
    run_workload echo-a --service echo --port 8080:http1 --health-path /health -- "$weft_home/shop/Weft.Shop" catalog || return 1
    local first=$!
    run_workload echo-b --service echo --port 8080:http1 --health-path /health -- "$weft_home/shop/Weft.Shop" catalog || return 1
    start "$work/users.load" ip netns exec wsc-default-users "$load" http http://echo:8080/health --rate 400 --for "${seconds}s" --warmup 10s
    local users=$!
    until_true 30 grep -q '  3 s' "$work/users.load"
    "$action" "$first"
    local killed
    killed=$(sed -nE 's/^ *([0-9]+) s .*/\1/p' "$work/users.load" | tail -n 1)
    wait "$users"
    lost=$(tail -n 1 "$work/users.load" | python3 -c 'import json,sys; print(json.load(sys.stdin)["lost"])')
    # What is lost must have been lost by the second line after the blow: one for the second it fell in, one for the second that is allowed.
    late=$(lost_after $((killed + 3)))
    row "$what at 400 requests per second: lost" "at most $most (those in flight)" "${lost:-unknown}" $((${lost:-9999} <= most))
    row "of them lost more than a second later" "0" "${late:-unknown}" $((${late:-1} == 0))
    finish "$first"
    "$weft" leave echo-a >/dev/null 2>&1
    "$weft" leave echo-b >/dev/null 2>&1
    until_true 30 nothing_of echo-
}

nothing_of() { ! ip netns list | grep -q "^wsc-default-$1"; }

# lost_after SECOND: how many were lost after that second of the load, by its lines.
lost_after() { awk -v from="$1" '/ lost / { for (i = 1; i <= NF; i++) if ($i == "lost") n = $(i + 1); if ($1 <= from) at = n; last = n } END { print last - at }' "$work/users.load"; }

kill_application() { kill -KILL "$(listener_of echo-a 8080)"; }

kill_proxy() { kill -KILL "$(listener_of echo-a 15020)"; }

kill_both() { kill -KILL "$(listener_of echo-a 15020)" "$(listener_of echo-a 8080)"; }

terminate() { kill -TERM "$1"; }
