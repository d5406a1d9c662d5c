"""Training of the reader that ships with policygraph: needs torch, which the reader itself does not."""
