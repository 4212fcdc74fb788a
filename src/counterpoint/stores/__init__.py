"""Stores: where instances live. Each implements `ports.store.Store` and passes `tests/stores`."""
