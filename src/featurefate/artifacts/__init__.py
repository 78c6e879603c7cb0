"""Folders that one step writes and later steps read: identity, manifest, atomic write, checked read."""
