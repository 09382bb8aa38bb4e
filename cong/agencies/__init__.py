"""The agencies, their categories and sub-sections, and who may do what in which of them.

Words owned: Agency, Category, Part, Role, Membership.
"""
