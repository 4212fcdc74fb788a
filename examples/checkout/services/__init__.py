"""The four services that the checkout workflow calls: orders, payments, stock, delivery.

Each is an ordinary HTTP service that knows nothing of workflows. What it does, it writes into a ledger (SQLite,
so it survives restarts), and it honours the `Idempotency-Key` header: the same key acts once.
"""
