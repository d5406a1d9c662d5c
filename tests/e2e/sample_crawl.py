"""The sample site, or a part of it, served to a crawl of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from policygraph_crawlers.sample.server import SampleServer
from policygraph_crawlers.sample.site import packaged_pages

HOST = "sample.policygraph.example"
STORY = (
    "shanghai-list-lingang",
    "lingang-wire",
    "tesla-data-centre-plan",
    "nvidia-sanctions-china",
    "nvidia-h20-licence",
    "bis-october-rules",
    "eu-bev-duties",
    "tesla-challenges-duties",
    "montana-tiktok-ban-blocked",
    "headlines-2024-05-17",
)


def copy_pages(folder: Path) -> Path:
    """A few pages of the sample site in a folder of their own."""
    folder.mkdir()
    for name in STORY:
        shutil.copy(packaged_pages() / f"{name}.md", folder)
    return folder


def crawl(home: Path, pages: Path) -> None:
    """Serve the pages and crawl them into a home."""
    server = SampleServer(pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = [
        sys.executable,
        "-m",
        "policygraph_crawlers.run",
        "--home",
        str(home),
        "--run-id",
        "run:crawl",
        "--sample",
    ]
    command = [*program, "--proxy", f"{HOST}=127.0.0.1:{server.server_port}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    finally:
        server.shutdown()
        server.server_close()
