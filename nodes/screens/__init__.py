"""Rules that can err, one file each: what they find is screened, never proved."""
