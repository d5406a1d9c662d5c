"""The child process of ``sandbox``: ``python -I -m policygraph.text.child FORMAT MEDIA_TYPE``, bytes in, JSON out."""

from __future__ import annotations

import sys

from policygraph.text.page import Page, to_json
from policygraph.text.sandbox import limit_this_process


def main(format_name: str, media_type: str) -> None:
    """Read standard input as ``html`` or ``pdf`` and write the page as JSON. Raises ValueError for another format."""
    # The readers are imported before the limits hold: afterwards no further file can be opened.
    if format_name == "pdf":
        from policygraph.text.pdf import read_pdf

        limit_this_process()
        page: Page = read_pdf(sys.stdin.buffer.read())
    elif format_name == "html":
        from policygraph.text.html import read_html

        limit_this_process()
        page = read_html(sys.stdin.buffer.read(), media_type)
    else:
        raise ValueError(f"no reader for {format_name!r}")
    sys.stdout.buffer.write(to_json(page))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
