# A canary by weight, and a header that goes before it.
scenario_canary() {
    local requests=5000 share always
    ((quick)) && requests=1000
    demo_start 10 || return 1
    in_namespace load python3 "$here/ask.py" "$requests" >"$work/share.txt" || return 1
    share=$(json "$work/share.txt" "round(100*d.get('v2',0)/sum(d.values()),2)")
    row "share of the second version with weights 90 and 10, $requests requests" "8 to 12 %" "$share %" "$(json "$work/share.txt" "int(8<=100*d.get('v2',0)/sum(d.values())<=12 and sum(d.values())==$requests)")"
    in_namespace load python3 "$here/ask.py" 200 "x-canary: always" >"$work/always.txt" || return 1
    always=$(json "$work/always.txt" "d.get('v2',0)")
    row "of 200 requests with the header of the first rule, answered by the second version" "200" "$always" $((always == 200))
    demo_stop || return 1
    row "users' requests lost meanwhile ($sent sent)" "0" "$lost" $((lost == 0))
}
