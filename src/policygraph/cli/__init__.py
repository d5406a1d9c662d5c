"""The command ``policygraph``: thin commands over the stages and the questions."""
