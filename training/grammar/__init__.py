"""Sentences with exact labels, made from frames: training documents and, with other frames, the polarity test."""
