"""What all that keeps itself fresh has in common: boards, feeds, and how far what they show can be relied on."""
