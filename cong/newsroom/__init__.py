"""Where staff write: Wagtail pages that are never public, sealed into snapshots.

Words owned: ArticlePage, StandingPage, AgencyPage, workspace, seal.
"""
