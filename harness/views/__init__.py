"""Who looks on while a run goes on: a terminal, a page in a browser."""
