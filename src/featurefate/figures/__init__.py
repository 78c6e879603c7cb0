"""Every figure of the book: one theme, one file per kind of figure, HTML views of text."""
