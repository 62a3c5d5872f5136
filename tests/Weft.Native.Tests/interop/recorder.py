"""A server of another make (gunicorn) that answers "ok" and prints what it understood of every request: a line of JSON each. Prints its port first."""
import json
import sys

from gunicorn.app.base import BaseApplication


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    print(json.dumps([environ["REQUEST_METHOD"], environ["RAW_URI"], body.decode("latin1")]), flush=True)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


class Recorder(BaseApplication):
    def load_config(self):
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)
        self.cfg.set("loglevel", "critical")
        self.cfg.set("when_ready", lambda server: print(server.LISTENERS[0].sock.getsockname()[1], flush=True))

    def load(self):
        return application


sys.exit(Recorder().run())
