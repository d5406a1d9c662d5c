"""Answers for people outside the command line: questions, frames and pictures for notebooks."""
