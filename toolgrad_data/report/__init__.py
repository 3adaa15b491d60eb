"""A run as one HTML file that people look at: figures, and each record with where its values come from."""
