# A shop that runs already joins the mesh service by service and leaves it again, and its users notice nothing.
scenario_joining() {
    local rate=200 name port protocol number=0
    ((quick)) && rate=50
    "$root/samples/shop/run-plain.sh" start --rate "$rate" >"$work/plain.log" 2>&1 || { cat "$work/plain.log"; return 1; }
    server_start 10.78.0.1 || return 1
    sleep 3

    local -A ports=([redis]=6379:tcp [pricing]=8080:http1 [catalog]=8080:http1 [reviews]=8080:http1 [cart]=8080:http1 [payment]=8080:grpc
        [inventory]=8080:grpc [orders]=8080:grpc [recommend-v1]=8080:http1 [recommend-v2]=8080:http1 [feed]=8080:http1 [web]=8080:http1 [load]="")
    for name in redis pricing catalog reviews cart payment inventory orders recommend-v1 recommend-v2 feed web load; do
        port=${ports[$name]}
        "$weft" enroll --netns "shop-$name" --service "${name%-v[12]}" --name "$name" ${port:+--port "$port"} \
            --label "version=${name##*-}" >>"$work/enroll.log" 2>&1 || { tail -n 5 "$work/enroll.log"; return 1; }
        number=$((number + 1))
    done
    local joined began elapsed
    joined=$(now_ms)
    local complete=1
    until_true 60 edges_complete || complete=0
    elapsed=$(($(now_ms) - joined))
    row "after the last of $number services has joined, every edge is in \`weft edges\` under mutual TLS" "15 edges in 60 s" \
        "$(wc -w <"$work/edges.txt") edges after $((elapsed / 1000)).$((elapsed % 1000 / 100)) s$( ((complete)) || printf ', missing: %s' "$(missing_edges)")" "$complete"

    began=$(now_ms)
    "$weft" leave --all >"$work/leave.log" 2>&1
    local code=$?
    elapsed=$(($(now_ms) - began))
    row "\`weft leave --all\` of $number services" "exit code 0" "exit code $code after $((elapsed / 1000)) s" $((code == 0))
    sleep 2
    "$root/samples/shop/run-plain.sh" stop >"$work/plain.txt" 2>&1
    local sent lost
    sent=$(tail -n 1 "$work/plain.txt" | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["sent"])')
    lost=$(tail -n 1 "$work/plain.txt" | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["lost"])')
    row "requests lost while all joined and left, at $rate per second ($sent sent)" "0" "${lost:-unknown}" $((${lost:-1} == 0))
    local left
    left=$(ip netns list | grep -c '^wsc')
    left=$((left + $(pgrep -fc -- "weft-proxy run .*$work")))
    row "namespaces and proxies left" "0" "$left" $((left == 0))
}

# edges_there: the edges of the shop that carry something and nothing in plain, one a word, into edges.txt.
edges_there() {
    "$weft" edges -A --window 30s -o json >"$work/edges.json" 2>/dev/null || return 1
    json "$work/edges.json" "' '.join(sorted({r['source'].split('/')[-1]+'>'+r['destination'].split('/')[-1] for r in d['rows'] \
        if r['mutualTls']>=1 and (r['requests']>0 or r['activeConnections']>0)} & set('$(expected_edges)'.split())))" >"$work/edges.txt"
}

expected_edges() {
    echo -n "catalog>pricing reviews>catalog cart>redis cart>pricing orders>inventory orders>payment feed>orders" \
        "web>catalog web>cart web>recommend web>reviews web>orders load>web load>feed load>orders"
}

edges_complete() { edges_there && (($(wc -w <"$work/edges.txt") == 15)); }

missing_edges() {
    comm -23 <(expected_edges | tr ' ' '\n' | sort) <(tr ' ' '\n' <"$work/edges.txt" | sort) | tr '\n' ' '
    json "$work/edges.json" "[(r['source'],r['destination'],r['requests'],r['activeConnections'],r['mutualTls'],r.get('bypassed')) for r in d['rows'] if r['mutualTls']<1 or r.get('bypassed')]"
}
