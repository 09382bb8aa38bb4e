"""Staff screens of the hub: how sources stand, adding and trying them, and the items that wait for a person."""
