"""Mentions to entities: which thing a name within a document refers to, and why."""
