"""Where randomness comes from: one seed for each (run, sample, iteration, purpose)."""

import hashlib


def derive_seed(run_seed: int, index: int, iteration: int, purpose: str) -> int:
    """Return a 64-bit seed that depends on all four and on nothing else."""
    digest = hashlib.sha256(f"{run_seed}|{index}|{iteration}|{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
