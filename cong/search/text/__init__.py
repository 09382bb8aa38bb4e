"""Words of texts and queries: syllables, terms, numbers, spelling, what was meant, what a hit shows. Pure."""
