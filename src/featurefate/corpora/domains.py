"""The four domains of the study and the three splits of each."""

DOMAINS = ("english", "python", "stories", "lua")
SPLITS = ("train", "validation", "test")
