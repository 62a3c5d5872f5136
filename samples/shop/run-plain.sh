#!/usr/bin/env bash
# Starts the sample shop without any mesh, one network namespace a service, and stops it again.
#   run-plain.sh start [--rate N]   namespaces shop-<name>, addresses 10.78.0.0/24, names in /etc/netns/shop-<name>/hosts;
#                                   with --rate also the load generator, in shop-load
#   run-plain.sh stop               ends every process it started and removes every namespace, link and file
#   run-plain.sh status             one line a service
# SHOP and LOAD name the folders of the built programs; by default those that ./weft has built.
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
home=${WEFT_HOME:-$here/../../artifacts/bin-weft}
if [[ -x $here/Weft.Shop ]]; then
    SHOP=${SHOP:-$here}
fi
SHOP=${SHOP:-$home/shop}
LOAD=${LOAD:-$home/load}
state=/run/shop-plain
bridge=shop0
subnet=10.78.0

# In the order in which they are needed; the address of each is 10.78.0.(10 + its place).
services=(redis pricing catalog reviews cart payment inventory orders recommend-v1 recommend-v2 feed web load)

usage() { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

command_of() {
    case $1 in
        redis) command=(redis-server --bind 0.0.0.0 --port 6379 --save '' --appendonly no --protected-mode no --loglevel warning --dir "$state") ;;
        pricing) command=(python3 "$SHOP/pricing.py") ;;
        reviews) command=(node "$SHOP/reviews.js") ;;
        recommend-v1) command=("$SHOP/Weft.Shop" recommend v1) ;;
        recommend-v2) command=("$SHOP/Weft.Shop" recommend v2) ;;
        *) command=("$SHOP/Weft.Shop" "$1") ;;
    esac
}

port_of() { if [[ $1 == redis ]]; then echo 6379; else echo 8080; fi; }

write_hosts() {
    local i
    echo "127.0.0.1 localhost"
    for i in "${!services[@]}"; do
        echo "$subnet.$((10 + i)) ${services[i]}"
        # Without a mesh nobody balances: the plain name means the first version.
        [[ ${services[i]} != recommend-v1 ]] || echo "$subnet.$((10 + i)) recommend"
    done
}

add_namespace() {
    local name=$1 number=$2 namespace=shop-$1
    mkdir -p "/etc/netns/$namespace"
    write_hosts >"/etc/netns/$namespace/hosts"
    ip netns add "$namespace"
    ip link add "shv$number" type veth peer name eth0 netns "$namespace"
    ip link set "shv$number" master "$bridge" up
    ip -n "$namespace" link set lo up
    ip -n "$namespace" address add "$subnet.$number/24" dev eth0
    ip -n "$namespace" link set eth0 up
    ip -n "$namespace" route add default via "$subnet.1"
}

start_process() {
    local name=$1
    shift
    setsid ip netns exec "shop-$name" "$@" >"$state/$name.log" 2>&1 </dev/null &
    echo $! >"$state/$name.pid"
}

wait_for_port() {
    local name=$1 port=$2 attempt
    for ((attempt = 0; attempt < 300; attempt++)); do
        if [[ -n $(ip netns exec "shop-$name" ss -Hltn "sport = :$port") ]]; then
            return 0
        fi
        if ! kill -0 "$(<"$state/$name.pid")" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    echo "$name does not listen on port $port; its output:" >&2
    tail -n 20 "$state/$name.log" >&2
    return 1
}

start() {
    local rate=$1 i name
    if [[ -e $state ]]; then
        echo "the plain shop runs already (or was not stopped): run-plain.sh stop" >&2
        exit 6
    fi
    mkdir -p "$state"
    trap 'stop' ERR
    ip link add "$bridge" type bridge
    ip address add "$subnet.1/24" dev "$bridge"
    ip link set "$bridge" up
    for i in "${!services[@]}"; do
        add_namespace "${services[i]}" $((10 + i))
    done
    for name in "${services[@]}"; do
        [[ $name != load ]] || continue
        command_of "$name"
        start_process "$name" "${command[@]}"
    done
    for name in "${services[@]}"; do
        [[ $name == load ]] || wait_for_port "$name" "$(port_of "$name")"
    done
    if ((rate > 0)); then
        start_process load "$LOAD/Weft.Load" shop --rate "$rate" --for 0s
    fi
    trap - ERR
    echo "the shop runs without a mesh: namespaces shop-<name>, front at http://$subnet.$((10 + ${#services[@]} - 2)):8080/"
}

stop() {
    local file pid name
    for file in "$state"/load.pid "$state"/*.pid; do
        [[ -f $file ]] || continue
        pid=$(<"$file")
        kill -TERM "$pid" 2>/dev/null || true
        # The load generator waits for what is under way; its figures would be lost otherwise.
        if [[ $file == */load.pid ]]; then
            tail --pid="$pid" -f /dev/null
            tail -n 1 "$state/load.log"
        fi
        rm -f "$file"
    done
    for name in "${services[@]}"; do
        for pid in $(ip netns pids "shop-$name" 2>/dev/null); do
            timeout 8 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
        done
        ip netns delete "shop-$name" 2>/dev/null || true
        rm -rf "/etc/netns/shop-$name"
    done
    rmdir /etc/netns 2>/dev/null || true
    ip link delete "$bridge" 2>/dev/null || true
    rm -rf "$state"
}

status() {
    local name
    for name in "${services[@]}"; do
        if [[ -f $state/$name.pid ]] && kill -0 "$(<"$state/$name.pid")" 2>/dev/null; then
            echo "$name runs as process $(<"$state/$name.pid") in shop-$name"
        else
            echo "$name does not run"
        fi
    done
}

verb=${1-}
rate=0
if [[ $verb == start && ${2-} == --rate && ${3-} =~ ^[0-9]+$ ]]; then
    rate=$3
elif (($# != 1)); then
    usage >&2
    exit 64
fi
if [[ $(id -u) -ne 0 ]]; then
    echo "network namespaces need root" >&2
    exit 4
fi
case $verb in
    start) start "$rate" ;;
    stop) stop ;;
    status) status ;;
    *) usage >&2; exit 64 ;;
esac
