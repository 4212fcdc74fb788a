"""The command line `counterpoint`. Commands parse and show; what they do is done by the application layer."""
