"""The staff screens of the desk, one file a screen."""
