"""What machines read: feeds of every list, the map of the site, the rules for robots.

Words owned: Feed, Story, Grave, channel (a list that has feeds), stamp (what a feed is known by).
"""
