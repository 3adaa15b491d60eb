"""Who decides: the port in `base`, one adapter a module or package."""
