"""policygraph watches rules and the firms they touch, and keeps the exact words that say so."""

__version__ = "0.1.0"
