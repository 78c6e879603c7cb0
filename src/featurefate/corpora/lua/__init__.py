"""The **lua** domain: Python translated into Lua."""
