"""Several replicas: what they share through Redis, and the whole service behind nginx."""
