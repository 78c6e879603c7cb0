"""The same functions in Python and Lua, word by word: which word was translated into which."""
