"""The journey `declare_rent`: July's rent, from the tenant's name to the recap.

start.py opens it; form.py is the guided form (questions.py asks, tenant.py and replies.py understand); finish.py
transmits or leaves.
"""
