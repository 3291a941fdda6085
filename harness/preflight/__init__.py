"""What a run would stumble over, looked at before it."""
