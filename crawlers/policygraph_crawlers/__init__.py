"""Crawlers of policygraph: one source is one file of data, read by a spider of its kind."""
