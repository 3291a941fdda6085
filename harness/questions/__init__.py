"""What every run asks beside the cases: of no page, and deciding none."""
