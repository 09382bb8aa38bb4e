"""What the screens' templates need."""
