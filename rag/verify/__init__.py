"""The checker: does a passage say what a sentence that cites it says? Code decides, never the writer."""

from rag.verify.check import MEANING, NAME, NEGATION, NUMBER, SUPPORTED, UNCITED, Checker, Verdict

__all__ = ["MEANING", "NAME", "NEGATION", "NUMBER", "SUPPORTED", "UNCITED", "Checker", "Verdict"]
