"""What a person can do, in one table: key bindings, footer, help, `:` commands, palette and docs come from it."""
