"""Many landlords at once, against the service as it is deployed: `python -m tests.load`."""
