# What the scenarios share: a mesh with names of its own, so that it disturbs no other; figures as rows; and clean-up.

begin() {
    export WEFT_HOST_PREFIX=wsc WEFT_HOST_SUBNET=10.79.0.0/16
    work=$(mktemp -d /tmp/weft-scenarios-XXXXXX)
    export WEFT_RUN=$work/run
    weft=$weft_home/weft
    load=$weft_home/load/Weft.Load
    rows=()
    misses=0
    children=()
    trap 'clean_up; rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM
    "$weft" down -y >/dev/null 2>&1
}

# row WHAT GOAL MEASURED REACHED(0|1)
row() {
    local verdict=reached
    (($4)) || { verdict="**missed**"; misses=$((misses + 1)); }
    rows+=("| $1 | $2 | $3 | $verdict |")
    say "  $1: $3 (to reach: $2) ${verdict//\*/}"
}

miss() { row "$1" "$2" "$3" 0; }

summary() {
    printf '\n| What | To reach | Measured | |\n|---|---|---|---|\n'
    printf '%s\n' "${rows[@]}"
    printf '\n%d reached, %d missed\n' $((${#rows[@]} - misses)) "$misses"
    ((misses == 0))
}

# start LOG COMMAND...: in the background, remembered for clean-up; its number is in $!
start() {
    local log=$1
    shift
    setsid "$@" >"$log" 2>&1 </dev/null &
    children+=("$!")
}

# finish PID...: asks processes to end and waits. Not by SIGINT: a shell's background processes ignore it.
finish() {
    local pid
    kill -TERM "$@" 2>/dev/null
    for pid in "$@"; do
        timeout 60 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}

clean_up() {
    ((${#children[@]} == 0)) || finish "${children[@]}"
    children=()
    "$weft" down -y >/dev/null 2>&1
    if [[ -e /run/shop-plain ]]; then
        "$root/samples/shop/run-plain.sh" stop >/dev/null 2>&1
    fi
    rm -rf "${work:?}/run" "$work/data"
}

# until_true SECONDS COMMAND...: tries again and again.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS >= end)); then
            return 1
        fi
        sleep 0.05
    done
}

now_ms() { date +%s%3N; }

# json FILE EXPRESSION: the value of a Python expression over the document d.
json() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

# demo_start RATE [OPTION...]: the sample shop with users; returns when they buy.
demo_start() {
    local rate=$1
    shift
    export WEFT_SOCKET=$work/data/server/weft.sock WEFT_CONTROL=10.79.0.2:15010
    start "$work/demo.log" "$weft" demo --data "$work/data" --keep --rate "$rate" "$@"
    demo=$!
    until_true 120 grep -q 'users (' "$work/demo.log" || { tail -n 5 "$work/demo.log"; return 1; }
    until_true 60 grep -q '/s on them' "$work/demo.log"
}

# demo_stop: ends it; sets sent and lost.
demo_stop() {
    finish "$demo"
    read -r sent lost < <(sed -nE 's/^sent ([0-9]+), ok [0-9]+, lost ([0-9]+).*/\1 \2/p' "$work/demo.log" | tail -n 1)
    [[ -n ${sent-} ]] || { tail -n 20 "$work/demo.log"; return 1; }
}

# server_start: a control plane without the demo, in this namespace; for workloads of weft run and weft enroll.
server_start() {
    local address=$1
    mkdir -p "$work/data"
    export WEFT_SOCKET=$work/data/weft.sock WEFT_CONTROL=$address:15010
    start "$work/server.log" "$weft" server --data "$work/data" --listen 0.0.0.0:15010 --api 127.0.0.1:15911 --name "$address"
    until_true 30 "$weft" status -q >/dev/null 2>&1 || { tail -n 5 "$work/server.log"; return 1; }
}

# run_workload NAME OPTION... -- COMMAND...: with weft run, returns when it is healthy.
run_workload() {
    local name=$1
    shift
    start "$work/$name.log" "$weft" run --name "$name" "$@"
    until_true 30 is_healthy "$name" || { tail -n 5 "$work/$name.log"; return 1; }
}

is_healthy() {
    "$weft" status -o json >"$work/status.json" 2>/dev/null &&
        [[ $(json "$work/status.json" "any(p['workload']=='default/$1' and p['health']=='healthy' for p in d['proxies'])") == True ]]
}

# in_namespace WORKLOAD COMMAND...
in_namespace() {
    local name=$1
    shift
    ip netns exec "wsc-default-$name" "$@"
}

# The process that listens on a port in a workload's namespace.
listener_of() { in_namespace "$1" ss -Hltnp "sport = :$2" | sed -nE 's/.*pid=([0-9]+).*/\1/p' | head -n 1; }
