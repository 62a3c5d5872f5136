# The first command of the README: a mesh from nothing, users for a minute, and nothing left behind.
scenario_demo() {
    local seconds=60 code namespaces
    ((quick)) && seconds=15
    "$weft" demo --for "${seconds}s" >"$work/demo.log" 2>&1
    code=$?
    read -r sent lost < <(sed -nE 's/^sent ([0-9]+), ok [0-9]+, lost ([0-9]+).*/\1 \2/p' "$work/demo.log" | tail -n 1)
    row "\`weft demo --for ${seconds}s\`: lost requests of ${sent:-none}" "0" "${lost:-unknown}" $((${lost:-1} == 0))
    row "its exit code" "0" "$code" $((code == 0))
    namespaces=$(ip netns list | grep -c '^wsc')
    row "network namespaces left" "0" "$namespaces" $((namespaces == 0))
}
