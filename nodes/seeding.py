"""Where randomness comes from: one seed for each (run, sample, iteration, purpose)."""

import hashlib

#: The golden ratio: its multiples are spread evenly, whichever of them are taken.
_GOLDEN = 0.6180339887498949


def derive_seed(run_seed: int, index: int, iteration: int, purpose: str) -> int:
    """Return a 64-bit seed that depends on all four and on nothing else."""
    digest = hashlib.sha256(f"{run_seed}|{index}|{iteration}|{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def place_in_turn(run_seed: int, index: int) -> float:
    """Return where a sample stands among those of its run, from 0 to 1: neighbours and any others are far apart.

    For taking turns: of three customers that a tool knows three samples get one each, which draws alone do not give.
    """
    shift = derive_seed(run_seed, 0, 0, "turn") / 2**64
    return (shift + index * _GOLDEN) % 1.0
