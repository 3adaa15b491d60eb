"""ToolBench's library of RapidAPI tools and its server's protocol; the source is `sources/toolbench.py`."""
