"""The face: base templates, components, styles, icons, fonts, and the environment of reader pages.

Words owned: component, icon, sprite, asset, catalogue.
"""
