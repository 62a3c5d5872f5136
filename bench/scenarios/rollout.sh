# How long a commit takes to be everywhere, and what a file with mistakes does.
scenario_rollout() {
    local i began elapsed code before after best=999999
    server_start 10.79.0.1 || return 1
    for ((i = 1; i <= 20; i++)); do
        start "$work/w$i.log" "$weft" run --service "w$i" --name "w$i" --port 8080 -- python3 -m http.server 8080
    done
    until_true 60 twenty_healthy || return 1
    for i in 1 2 3 4 5; do
        printf 'apiVersion: weft.mesh/v1\nkind: AuthorizationPolicy\nmetadata: {name: nobody, namespace: default}\nspec:\n  action: DENY\n  rules:\n  - to: [{paths: ["/closed-%s"]}]\n' "$i" >"$work/policy.yaml"
        began=$(now_ms)
        "$weft" apply -f "$work/policy.yaml" --wait >"$work/apply.log" 2>&1 || { cat "$work/apply.log"; return 1; }
        elapsed=$(($(now_ms) - began))
        ((elapsed < best)) && best=$elapsed
        worst=$((elapsed > ${worst:-0} ? elapsed : worst))
    done
    row "\`weft apply --wait\`, 20 proxies concerned, slowest of 5" "1,000 ms" "$worst ms (fastest $best ms)" $((worst < 1000))
    "$weft" status -o json >"$work/status.json"
    before=$(json "$work/status.json" "d['commit']")
    cat >"$work/bad.yaml" <<'YAML'
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: broken, namespace: default}
spec:
  parentRefs: [{kind: Service, group: "", name: w1, port: 8080}]
  rules:
  - backendRefs: [{name: w1x, port: 8080}]
    timeouts: {request: 10 bananas}
---
apiVersion: weft.mesh/v1
kind: AuthorizationPolicy
metadata: {name: typo, namespace: default}
spec: {action: DENNY, rules: [{to: [{paths: ["/"]}]}]}
---
apiVersion: weft.mesh/v1
kind: NamespacePolicy
metadata: {name: default, namespace: default}
spec: {mtls: strikt}
YAML
    "$weft" apply -f "$work/bad.yaml" >"$work/bad.log" 2>&1
    code=$?
    "$weft" status -o json >"$work/status.json"
    after=$(json "$work/status.json" "d['commit']")
    local named
    named=$(grep -c -- '--> .*bad.yaml:[0-9]*:[0-9]*' "$work/bad.log")
    row "mistakes named with file, line and column, of 4 in a file" "4" "$named (exit code $code)" $((named == 4 && code == 65))
    row "commits that it made" "0" "$((after - before))" $((after == before))
}

twenty_healthy() {
    "$weft" status -o json >"$work/status.json" 2>/dev/null && [[ $(json "$work/status.json" "sum(p['health']=='healthy' for p in d['proxies'])") == 20 ]]
}
