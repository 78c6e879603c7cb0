"""What Python has, Lua lacks and translated modules `require("support")`."""

SUPPORT = r"""
local support = {}

--- True for what Python takes for true: not nil, false, 0, "" or an empty table.
function support.truthy(value)
  if type(value) == "table" and getmetatable(value) == nil then
    return next(value) ~= nil
  end
  return value and value ~= 0 and value ~= "" or false
end

--- True when one of the values of a sequence equals the wanted one.
function support.contains(sequence, wanted)
  for _, value in ipairs(sequence) do
    if value == wanted then return true end
  end
  return false
end

--- The pieces of a text between separators; between runs of blanks when none is given.
function support.split(text, separator)
  local parts = {}
  if separator == nil then
    for part in text:gmatch("%S+") do parts[#parts + 1] = part end
    return parts
  end
  local start = 1
  while true do
    local first, last = text:find(separator, start, true)
    if first == nil then break end
    parts[#parts + 1] = text:sub(start, first - 1)
    start = last + 1
  end
  parts[#parts + 1] = text:sub(start)
  return parts
end

--- Text with every plain occurrence of one piece replaced by another.
function support.replace(text, old, new)
  return table.concat(support.split(text, old), new)
end

--- True when an object's class, or a class that it inherits from, is the given one.
function support.is_a(object, class)
  local parent = type(object) == "table" and getmetatable(object) or nil
  while parent ~= nil do
    if parent == class then return true end
    local meta = getmetatable(parent)
    parent = meta and meta.__index
  end
  return false
end

return support
"""
