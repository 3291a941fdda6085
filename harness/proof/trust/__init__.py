"""The proof that verdicts can be trusted, for every implemented case.

Four things are shown: each validation can fail (``mutation``), named faults are found where they
are (``faults``), conforming variants pass (``matrix``), and pages and records agree, so that wrong
stimuli are noticed too (``harness.proof.pages``). ``collect`` runs them, ``report`` tells.
"""
