"""Rules about documents as data, without I/O and without a clock."""
