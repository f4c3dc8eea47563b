"""What the assistant knows, as its files say it, and what is checked of it: `bailleurs lint`. No Rasa here."""
