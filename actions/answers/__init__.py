"""What the guides say, said to whoever asks, in the words of their profile; and what is not understood."""
