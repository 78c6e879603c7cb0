"""Text from elsewhere: files that somebody has, and data sets of the hub."""
