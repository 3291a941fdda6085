"""What a run will ask for, found by rehearsing its cases on an embedded system."""
