"""The trained reader: a small encoder with heads for mentions and statements, run without torch."""
