"""The screens and dialogs: each puts widgets together and fills them from the store."""
