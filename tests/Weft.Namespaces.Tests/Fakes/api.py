#!/usr/bin/env python3
"""Stands in for the control plane's API on a Unix socket: gives a token to whoever asks."""
import json, os, socketserver, sys
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps({"token": "secret", "expiresAt": "2030-01-01T00:00:00Z", "namespace": asked["namespace"], "service": asked["service"]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass


server = socketserver.ThreadingUnixStreamServer(sys.argv[1], Handler)
print("listening", flush=True)
server.serve_forever()
