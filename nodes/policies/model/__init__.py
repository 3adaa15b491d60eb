"""How a decision is asked of a model: client, limits, ladder of structured output, cache, prices, views."""
