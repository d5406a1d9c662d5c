"""How good the annotator is on documents that it was not made on, and the floor below which it must not fall."""
