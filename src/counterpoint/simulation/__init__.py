"""The simulator: the whole engine in a world of one seed, where time is virtual and everything may fail.

loop, clock      an event loop without I/O on which time jumps, and whose order of callbacks is a seed's
documents        random workflow documents
services         the world outside: ledgers by idempotency key, and services that misbehave
store            a store that loses, crashes and fills up
run              one run of one scenario, and what was wrong with it
shrinking        a failing scenario made as small as it still fails
"""
