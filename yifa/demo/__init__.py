"""The demonstration (演示): a synthetic county with three towns and three years of records, always the same ones."""
