"""Pure: each module takes one family of foreign files, refuses what may hurt and drops what tells too much."""
