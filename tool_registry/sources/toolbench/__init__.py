"""ToolBench's library of RapidAPI tools and its server's protocol: `source.py` loads them."""
