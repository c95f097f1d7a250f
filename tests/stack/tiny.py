"""The smallest service: says that it is ready, and writes down when it was told to end."""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def end(number: int, frame: FrameType | None) -> None:
    (Path(os.environ["MOTCUA_HOME"]) / f"ended-{os.environ['MOTCUA_SERVICE']}").write_text(str(time.time()))
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    HTTPServer(("127.0.0.1", int(os.environ["MOTCUA_HTTP_PORT"])), Answer).serve_forever()
