"""The **stories** domain: a small world simulated, then told."""
