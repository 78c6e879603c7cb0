"""Text: where it comes from, how it is split and cleaned, and how it becomes tokens."""
