"""The proof that verdicts can be trusted, for every implemented case.

Four things are shown: each validation can fail (``mutation``), named faults are found where they
are (``faults``), conforming variants pass (``matrix``), and every obligation of a page is
validated, and no other (``obligations``). ``collect`` runs them, ``report`` tells.
"""
