"""Yifa (依法): the system of record for the rule-of-law work of township governments."""

__version__ = "0.1.0"
