"""What the cases about a CSMS say, beyond sending, expecting and reaching states."""
