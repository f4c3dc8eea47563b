"""What whoever runs the service sees of it: whether it is well, what it counts, what it writes down.

`logs`        one line an event, for a terminal or for a machine, with nothing of anyone in it
`metrics`     what is counted, and the port where Prometheus asks for it
`shared`      the numbers that are read from the database, and are the same whoever reads them
`readiness`   whether this process can do its work
`heartbeats`  whether a worker that listens nowhere still works
`schema`      whether the database's tables are those that this code needs
`backups`     keeping everything, and getting it back

Imports no Rasa and no web framework: each server shows these at its own doors.
"""
