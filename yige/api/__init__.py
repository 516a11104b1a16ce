"""The doors for programs: `/api/v1`, and the sign of life for a balancer.

Parse, make one call into one room, answer: what a command may do is the room's business.
"""
