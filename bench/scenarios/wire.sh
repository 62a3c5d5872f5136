# What a listener on the network sees between two workloads, and what somebody without the right certificate gets.
scenario_wire() {
    server_start 10.79.0.1 || return 1
    printf 'apiVersion: weft.mesh/v1\nkind: NamespacePolicy\nmetadata: {name: default, namespace: default}\nspec: {mtls: strict}\n' >"$work/strict.yaml"
    "$weft" apply -f "$work/strict.yaml" >/dev/null || return 1
    mkdir -p "$work/site" && echo "the secret of the house" >"$work/site/secret"
    run_workload house --service house --port 8080 -- python3 -m http.server 8080 --directory "$work/site" || return 1
    run_workload guest --service guest -- sleep 600 || return 1
    "$weft" apply -f "$work/strict.yaml" --wait >/dev/null 2>&1

    start "$work/tcpdump.log" tcpdump -i wsc0 -s 0 -U -w "$work/wire.pcap" "tcp and not port 15010"
    local capture=$! house answered i
    until_true 10 grep -q listening "$work/tcpdump.log"
    house=$(in_namespace house hostname -I | tr ' ' '\n' | grep -m 1 '^10\.79')
    for ((i = 0; i < 50; i++)); do
        in_namespace guest curl -fsS http://house:8080/secret -o "$work/answer" || break
    done
    answered=$i
    sleep 1
    finish "$capture"
    row "requests answered from workload to workload in strict mode" "50" "$answered" $((answered == 50))
    local wire
    wire=$(python3 "$here/wire-capture.py" "$work/wire.pcap" "the secret")
    row "on the wire between them" "TLS 1.3 and nothing else" "$wire" $(($(grep -c '^TLS 1.3 only' <<<"$wire")))

    strangers "$house"
}

# Somebody with no certificate, with one of another trust domain, with an expired one, and in plain text.
strangers() {
    local house=$1 kind got
    local -a keys=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
    openssl req -x509 "${keys[@]}" -keyout "$work/other-ca.key" -out "$work/other-ca.pem" -subj "/CN=other" -days 2 2>/dev/null
    stranger_certificate foreign "spiffe://other.example/ns/default/svc/guest" 1
    stranger_certificate imitated "spiffe://weft.local/ns/default/svc/guest" 1
    stranger_certificate expired "spiffe://weft.local/ns/default/svc/guest" -1
    for kind in none foreign imitated expired; do
        local -a with=(-cert "$work/$kind.pem" -key "$work/$kind.key")
        [[ $kind == none ]] && with=()
        got=$(printf 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0' |
            timeout 5 openssl s_client -connect "$house:15008" -alpn h2 -tls1_3 "${with[@]}" -ign_eof -quiet 2>"$work/s_client.log" | wc -c)
        row "bytes for a caller with certificate: $kind" "0" "$got" $((got == 0))
    done
    got=$(timeout 5 curl -s --max-time 3 "http://$house:8080/secret" 2>/dev/null | wc -c)
    row "bytes for a plain caller in strict mode" "0" "$got" $((got == 0))
}

# stranger_certificate NAME SPIFFE-ID DAYS: signed by an authority that the mesh does not know.
stranger_certificate() {
    openssl req "${keys[@]}" -newkey ec -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$1" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/other-ca.pem" -CAkey "$work/other-ca.key" -CAcreateserial -days "$3" -out "$work/$1.pem" \
        -extfile <(printf 'subjectAltName=URI:%s\nextendedKeyUsage=clientAuth,serverAuth\n' "$2") 2>/dev/null
    [[ -s $work/$1.pem ]] || miss "a certificate: $1" "made by openssl" "not made"
}
