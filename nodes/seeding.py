"""Where randomness comes from: one seed for each (run, sample, iteration, purpose)."""

import hashlib
from typing import Literal

#: The golden ratio, √2 and √3: multiples of each are spread evenly, whichever are taken, and tell nothing of others.
_RATIOS = {
    "length": 0.6180339887498949,
    "turn": 0.6180339887498949,
    "turns": 0.4142135623730951,
    "kinds": 0.7320508075688772,
    "arguments": 0.2360679774997897,
}


def derive_seed(run_seed: int, index: int, iteration: int, purpose: str) -> int:
    """Return a 64-bit seed that depends on all four and on nothing else."""
    digest = hashlib.sha256(f"{run_seed}|{index}|{iteration}|{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def place_in_turn(run_seed: int, index: int) -> float:
    """Return where a sample stands among those of its run, from 0 to 1: neighbours and any others are far apart.

    For taking turns: of three customers that a tool knows three samples get one each, which draws alone do not give.
    """
    return place_for("turn", run_seed, index)


def place_for(purpose: Literal["length", "turn", "turns", "kinds", "arguments"], run_seed: int, index: int) -> float:
    """Return such a place for a purpose: samples that are alike for one differ for others of another ratio."""
    shift = derive_seed(run_seed, 0, 0, purpose) / 2**64
    return (shift + index * _RATIOS[purpose]) % 1.0
