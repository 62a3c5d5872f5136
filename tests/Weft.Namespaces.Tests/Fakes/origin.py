#!/usr/bin/env python3
"""Serves HTTP/1.1 with keep-alive on port 8080 of both families; ends a kept connection now and then, as polite servers do, by saying so first."""
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served = 0

    def do_GET(self):
        self.served += 1
        self.send_response(200)
        self.send_header("content-length", "2")
        if self.served == 40:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


ThreadingHTTPServer.request_queue_size = 256
ThreadingHTTPServer.address_family = socket.AF_INET6
server = ThreadingHTTPServer(("::", 8080), Handler)
print("listening", flush=True)
server.serve_forever()
