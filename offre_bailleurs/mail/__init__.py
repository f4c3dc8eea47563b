"""Emails, letters and signed calls: what they say, where they wait, how they leave. `python -m offre_bailleurs.mail`
sends them.

`messages` writes what the landlord reads, `outbox` keeps it, sealed, in the transaction of the change that it tells;
`worker` takes one message after the other and hands it to `delivery`, which makes an `email` or a `letter` of it, or
has `webhook` call the desk's ticket system.
"""
