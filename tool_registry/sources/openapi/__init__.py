"""Reading OpenAPI documents and making requests of their operations; the source is `sources/openapi.py`."""
