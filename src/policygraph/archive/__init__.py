"""Bytes in, bytes out: the WARC archive."""

from policygraph.archive.warc import Archive, ArchiveError, Location, Response

__all__ = ["Archive", "ArchiveError", "Location", "Response"]
