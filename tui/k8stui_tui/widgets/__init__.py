"""Widgets over plain data: lists in, messages out. None of them calls the API or parses markup."""
