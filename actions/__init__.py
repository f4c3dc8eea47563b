"""The action server's side: one module a journey, thin. It reads slots, calls `offre_bailleurs`, answers."""
