"""What the assistant did not understand, gathered so that advisers can say what was meant."""
