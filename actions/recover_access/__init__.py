"""The journey `recover_access`: what is missing to sign in, what gives it back, and the request for it."""
