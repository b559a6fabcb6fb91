"""Refuses each request that the API model of its service, as botocore ships it, does not describe.

AWS: validates every member: required, length, range, pattern, list of values.
moto: validates a few.
Symptom: what only AWS refuses is seen on AWS only.
"""
