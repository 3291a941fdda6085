"""What each page obliges the harness to validate, matched both ways with what runs record."""
