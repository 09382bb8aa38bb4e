"""How often entries were read, and which of them most: sums a day and an entry, and nothing about who read.

Words owned: Read, MostRead. What is counted are the answers of `delivery`; readers are shown the order, not the sums.
"""
