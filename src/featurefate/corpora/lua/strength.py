"""How strongly Lua's operators bind, from the weakest: `or` 1 … `^` 13; names and calls 20."""

OR, AND, COMPARE, CONCAT, ADD, MULTIPLY, UNARY, POWER, ATOM = 1, 2, 3, 9, 10, 11, 12, 13, 20
