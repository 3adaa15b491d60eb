"""Operations of an OpenAPI document as tools: `source.py` loads them."""
