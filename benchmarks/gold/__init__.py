"""Annotated documents and the scorer that compares an annotator's answers with them."""
