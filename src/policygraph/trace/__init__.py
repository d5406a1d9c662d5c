"""Answers: whether a rule reaches a firm, what touches it, who says so, and the way back to the archived words."""
