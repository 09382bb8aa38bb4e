"""The index through its life: built, followed, judged, checked, read."""
