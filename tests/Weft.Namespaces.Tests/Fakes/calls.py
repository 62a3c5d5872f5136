#!/usr/bin/env python3
"""Calls http://ADDRESS:8080/ every 20 ms, on a new connection and on one kept open, until standard input ends; then prints "SENT FAILED"."""
import http.client, sys, threading

stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
sent = failed = 0
kept = None
print("started", flush=True)
while not stop.wait(0.02):
    for keep in (False, True):
        sent += 1
        try:
            connection = kept if keep and kept else http.client.HTTPConnection(sys.argv[1], 8080, timeout=5)
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            closing = answer.will_close
            if keep and not closing:
                kept = connection
            else:
                connection.close()
                if keep:
                    kept = None
        except Exception as e:
            failed += 1
            if keep:
                kept = None
            print(f"{'kept' if keep else 'new'}: {e!r}", file=sys.stderr, flush=True)
print(sent, failed, flush=True)
