"""What goes on in a run, told while it goes on: plain facts, and who listens to them."""
