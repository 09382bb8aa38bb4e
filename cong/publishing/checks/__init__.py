"""Checks before a text is submitted and again when it is released. Pure: no database, no clock, no network.

Words owned: check, finding, level (block, warn, secrecy), known. Each check is a function from a Reading to hits;
`rules` gives the hits their level by the grade of the text. Ask `addresses(content)` which links to look up for Known.
"""

from cong.publishing.checks.directory import Directory
from cong.publishing.checks.findings import Finding, Known, Level
from cong.publishing.checks.links import addresses
from cong.publishing.checks.review import check
from cong.publishing.checks.rules import RULES, Code

__all__ = ["RULES", "Code", "Directory", "Finding", "Known", "Level", "addresses", "check"]
