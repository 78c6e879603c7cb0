"""Folders that one step writes and later steps read, by identity, whole or not at all."""
