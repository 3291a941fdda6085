"""Wire mutation: the proof that each validation of a case can fail.

A passing run of a case is recorded (``record``), what the system under test sent is broken in one
place at a time (``derive``, ``fields``), the case is run again with that one change made on the
wire (``saboteur``), and must end red where the change shows (``judge``).
"""
