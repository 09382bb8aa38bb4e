"""Whole stories, as a person lives them: through HTTP and a browser."""
