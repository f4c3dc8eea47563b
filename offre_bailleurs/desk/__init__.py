"""The support desk: what a landlord asks of an adviser, and how advisers answer it (docs/desk.md).

`requests` is the landlord's side, `advising` the adviser's, `sweep` what nobody does: release, miss, withdraw. The
functions work in the caller's transaction, which commits. Whoever locks several rows takes the adviser first, then the
request, then the conversation: nobody's two changes wait for each other.
"""
