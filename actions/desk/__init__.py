"""The conversation's side of the hand-over to an adviser, and the journey `leave_message`.

ask.py asks for one, live or by a message; floor.py waits for them and takes the floor back; form.py is the message's
guided form (replies.py understands, message.py holds what was given); send.py sends it or leaves.
"""
