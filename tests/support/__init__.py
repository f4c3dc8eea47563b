"""What the tests share: the real servers, a client of the chat, rows of the database, the replay of conversations."""
