"""The journey `recover_access`: what is missing to sign in, and the link of the sign-in page that gives it back."""
