SELECT coalesce((SELECT max(number) FROM message) - (SELECT min(number) FROM message) + 1, 0)
