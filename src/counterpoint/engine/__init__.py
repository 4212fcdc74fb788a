"""The engine: decides commands with the kernel, makes them durable, and carries out what they owe.

`runtime` puts the parts together and shows how they are connected.
"""
