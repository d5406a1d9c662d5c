"""``python -m policygraph_crawlers.sample``: serve the sample site until it is stopped.

The first line of standard output is JSON: event, port, and how many pages are served.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from policygraph_crawlers.sample.server import SampleServer
from policygraph_crawlers.sample.site import packaged_pages


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m policygraph_crawlers.sample", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--pages", type=Path, default=packaged_pages(), help="folder of page files")
    parser.add_argument(
        "--attached", action="store_true", help="end when standard input does, as its starter's end makes it"
    )
    options = parser.parse_args(arguments)
    try:
        server = SampleServer(options.pages, options.port)
    except OSError as error:
        print(f"port {options.port} cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    for wrong in server.site.errors():
        print(f"left out: {wrong}", file=sys.stderr)
    print(json.dumps({"event": "serving", "port": server.server_port, "pages": server.site.count()}), flush=True)
    if options.attached:
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


def _end_with_input(server: SampleServer) -> None:
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
