"""Looks at pages as they are drawn: pictures by one command, and what a machine can see of beauty and of access."""
