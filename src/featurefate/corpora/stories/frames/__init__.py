"""The ways in which events are told: one table of sentences for each part of a story."""
