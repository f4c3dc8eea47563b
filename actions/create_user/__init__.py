"""The journey `create_user`: an organisation's administrator or responsable d'habilitation creates a user.

start.py decides whether a message asks for it (request.py) and who may; form.py is the guided form (questions.py asks,
replies.py understands, draft.py holds what was given); finish.py creates or leaves.
"""
