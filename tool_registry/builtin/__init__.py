"""The built-in offline tools, one file a domain; `TOOLKITS` in `catalogue` lists them."""
