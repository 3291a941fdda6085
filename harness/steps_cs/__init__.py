"""What the cases about a charging station say, beyond sending, expecting and reaching states."""
