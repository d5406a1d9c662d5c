"""Bytes to documents: text with blocks, title, publication day and language, out of HTML, PDF, plain text and feeds."""
