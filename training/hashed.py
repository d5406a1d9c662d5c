"""Logistic regression over hashed features, and its weights in eight bits."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from policygraph.annotate.neural.manifest import MANIFEST

Floats = NDArray[np.float64]
STEPS = 150  # of the optimisation at most
LARGEST = 127  # of eight bits


def matrix(rows: list[NDArray[np.int64]], places: int) -> csr_matrix:
    """One row of ones at the places of each of ``rows``."""
    starts = np.cumsum([0, *(len(row) for row in rows)])
    at = np.concatenate(rows)
    return csr_matrix((np.ones(len(at)), at, starts), shape=(len(rows), places))


def regression(x: csr_matrix, right: Floats, penalty: float) -> tuple[Floats, float]:
    """Weights and bias of what is right, with a penalty on squared weights."""

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scores = x @ parameters[:-1] + parameters[-1]
        error = 1 / (1 + np.exp(-scores)) - right
        value = np.logaddexp(0, scores) - right * scores
        gradient = np.append(x.T @ error + penalty * parameters[:-1], error.sum())
        return float(value.sum() + penalty / 2 * (parameters[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return found[:-1], float(found[-1])


def add_file(folder: Path, name: str, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Write a file beside an exported reader, its digest into the manifest, and its size to the terminal."""
    path = folder / name
    np.savez_compressed(path, **arrays)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    print(name, round(path.stat().st_size / 1e6, 2), "MB")


def packed(weights: Floats, biases: Floats) -> dict[str, NDArray[np.generic]]:
    """The weights (models, places) in eight bits, each model with a scale of its own."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9) / LARGEST
    return {
        "weight": np.round(weights / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": biases.astype(np.float32),
    }
