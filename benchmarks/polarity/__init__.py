"""The polarity test: short cases in which relief and burden, done and refused, in force and lifted differ by a word."""
