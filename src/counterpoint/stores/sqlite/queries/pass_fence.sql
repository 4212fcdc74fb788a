UPDATE fence SET passed = passed + 1
