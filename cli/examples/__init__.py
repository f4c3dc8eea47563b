"""`bailleurs examples`: what advisers said of the sentences that were not understood, as a proposal to review.

Nothing under `data/` is touched: a patch is written, that a person reads, completes and applies.
"""
