"""A small site to try policygraph on: news outlets and an official journal, built from page files when asked for."""
