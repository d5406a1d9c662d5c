"""Bytes to documents: text with blocks, title, publication day and language, out of HTML, PDF, plain text and feeds.

``reading.read_capture`` reads one capture, ``stage.read_new_captures`` is the stage, and ``roles.plain_blocks`` gives
roles to the lines of a text that came without markup.
"""
