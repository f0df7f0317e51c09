"""`make bench`: how fast Yifa is, as ratios measured in one run against something known."""
