"""Several ways of understanding French, measured side by side."""
