"""How everything looks: colours, roles and glyphs, decided once for all screens."""
