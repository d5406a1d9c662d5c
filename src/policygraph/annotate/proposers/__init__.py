"""Proposers: strong models and pipelines of the operator's own, which only propose; the gate and the guards decide."""
