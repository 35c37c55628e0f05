"""The same matter: which open orders tell of the same event as a new one."""

from huying.engines.matching.judging import Match, decide
from huying.engines.matching.matcher import Matcher
from huying.engines.matching.reading import Background, Report

__all__ = ["Background", "Match", "Matcher", "Report", "decide"]
