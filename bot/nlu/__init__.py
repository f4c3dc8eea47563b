"""French understanding: how a typed message becomes an intent."""
