"""The **python** and **english** domains: files that come with the environment."""
