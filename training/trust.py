"""How far a document's own labels are trusted where teachers speak too: their share in what is learned.

One annotation is one opinion, a made-up sentence says what it was made to say, and of other texts nobody said anything.
"""

NOBODY, ANNOTATED, CERTAIN = 0.0, 0.5, 1.0
