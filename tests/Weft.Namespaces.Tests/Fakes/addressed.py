#!/usr/bin/env python3
"""Sends every client of 127.0.0.1:8080 the first line that came on its connection."""
import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline())


socketserver.ThreadingTCPServer.allow_reuse_address = True
server = socketserver.ThreadingTCPServer(("127.0.0.1", 8080), Handler)
print("listening", flush=True)
server.serve_forever()
