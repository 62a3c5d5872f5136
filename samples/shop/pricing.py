"""Prices of articles, in Python's standard library: HTTP/1.1, keep-alive, a thread a connection."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 64 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body leave in one write.
    wbufsize = 16 * 1024
    # Longer than any client here keeps an idle connection: the client is the one to close.
    timeout = 30

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"status": "pricing is well"})
        else:
            self.answer(404, {"error": "POST /prices with a list of articles"})

    def do_POST(self):
        body = self.read_body()
        if body is None:
            return
        try:
            skus = json.loads(body)
        except ValueError:
            skus = None
        if self.path != "/prices":
            self.answer(404, {"error": "POST /prices with a list of articles"})
        elif not isinstance(skus, list) or not all(isinstance(sku, str) for sku in skus):
            self.answer(400, {"error": 'send a list of articles: ["sku-01"]'})
        else:
            self.answer(200, {sku: price_of(sku) for sku in skus})

    def read_body(self):
        """The body, by its length or by its chunks; None after an answer that refuses it."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            return self.refuse(413)
        return self.rfile.read(int(length))

    def read_chunks(self):
        body = b""
        while True:
            line = self.rfile.readline(32)
            try:
                size = int(line.split(b";")[0].strip(), 16)
            except ValueError:
                return self.refuse(400)
            if size < 0 or len(body) + size > BODY_BYTES_MAX:
                return self.refuse(413)
            if size == 0:
                while self.rfile.readline(8192).strip():
                    pass
                return body
            body += self.rfile.read(size)
            self.rfile.read(2)

    def refuse(self, status):
        self.close_connection = True
        self.answer(status, {"error": "the body cannot be read"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection or self.server.stopping:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    stopping = False


def price_of(sku):
    return 100 + sum(sku.encode()) % 900


def main():
    server = Server((os.environ.get("LISTEN_ADDRESS", "0.0.0.0"), int(os.environ.get("PORT", "8080"))), Handler)

    def stop(_signal, _frame):
        # Answers from now on close their connection; the listener goes when those under way had a second.
        server.stopping = True
        timer = threading.Timer(1, server.shutdown)
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever(poll_interval=0.2)
    server.server_close()


main()
