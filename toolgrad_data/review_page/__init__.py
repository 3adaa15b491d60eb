"""`toolgrad review`: a page on this machine where people accept, mend and reject a run's records."""
