"""The pages of Part 6 as data, matched both ways with what runs record.

Beside each case module lies its page: the steps, what is sent in them and what is judged. ``load``
reads the pages, ``record`` a run, ``match`` holds one against the other, ``check`` runs the case in
the variants that show all of its page.
"""
