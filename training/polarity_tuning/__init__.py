"""Cases for choosing guards and thresholds: frames of their own, never trained on and no part of the polarity test."""
