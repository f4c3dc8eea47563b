"""Readers and writers of French: amounts, days, counts and text as landlords write them."""
