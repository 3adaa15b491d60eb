"""The query and the response, in English."""
