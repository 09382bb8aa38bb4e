"""Engines behind one protocol (`engine`), and which of them the settings choose (`chosen`)."""
