"""Cases, metrics and reports: how well the parser reads and the model labels."""
