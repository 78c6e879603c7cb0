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
    if support.equal(value, wanted) then return true end
  end
  return false
end

--- The pieces of a text between separators (at most so many are used); between runs of blanks
--- when none is given.
function support.split(text, separator, most)
  local parts = {}
  if separator == nil then
    for part in text:gmatch("%S+") do parts[#parts + 1] = part end
    return parts
  end
  if separator == "" then error("ValueError: an empty separator") end
  local start = 1
  while most == nil or #parts < most do
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
  if old == "" then return (text:gsub("", (new:gsub("%%", "%%%%")))) end
  return table.concat(support.split(text, old), new)
end

--- A new table with the fields of all tables given, the later ones winning.
function support.merge(...)
  local merged = {}
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...)) or {}) do merged[key] = value end
  end
  return merged
end

--- A class that looks up in several others what it does not have itself.
function support.inherit(...)
  local bases = {...}
  return setmetatable({}, {
    bases = bases,
    __index = function(_, key)
      for _, base in ipairs(bases) do
        local value = base[key]
        if value ~= nil then return value end
      end
    end,
  })
end

--- The lines of a text, without their ends.
function support.lines(text)
  local found = support.split(text:gsub("\r\n?", "\n"), "\n")
  if found[#found] == "" then table.remove(found) end
  return found
end

--- What stands before the first separator, it, and what stands after it.
function support.partition(text, separator)
  local first, last = text:find(separator, 1, true)
  if first == nil then return { text, "", "" } end
  return { text:sub(1, first - 1), separator, text:sub(last + 1) }
end

--- What stands before the last separator, it, and what stands after it.
function support.rpartition(text, separator)
  for first = #text - #separator + 1, 1, -1 do
    if text:sub(first, first + #separator - 1) == separator then
      return { text:sub(1, first - 1), separator, text:sub(first + #separator) }
    end
  end
  return { "", "", text }
end

--- True when a text begins with another.
function support.starts_with(text, start)
  return text:sub(1, #start) == start
end

--- True when a text ends with another.
function support.ends_with(text, ending)
  return ending == "" or text:sub(-#ending) == ending
end

--- Digits with zeros before them, after the sign.
function support.zfill(text, width)
  local sign, digits = text:match("^([+-]?)(.*)$")
  return sign .. ("0"):rep(width - #text) .. digits
end

--- A whole number from a number (cut off towards zero) or from a text of digits.
function support.to_integer(value)
  if type(value) == "number" then
    return math.tointeger(value >= 0 and math.floor(value) or math.ceil(value))
  elseif type(value) == "boolean" then
    return value and 1 or 0
  elseif type(value) == "string" and value:match("^%s*[+-]?%d+%s*$") then
    return math.tointeger(tonumber((value:gsub("+", ""))))
  end
  error("ValueError: not a whole number: " .. tostring(value))
end

--- A number from a text.
function support.to_number(text)
  local number = not text:find("[xX]") and tonumber((text:gsub("^%s*%+", "")))
  if not number then error("ValueError: not a number: " .. text) end
  return number + 0.0
end

--- The nearest whole number, the even one of two; or rounded to so many digits.
function support.round(value, digits)
  if digits ~= nil then
    if digits < 0 then return support.round(value / 10 ^ -digits) * 10 ^ -digits end
    if math.type(value) == "integer" then return value end
    return tonumber(string.format("%." .. digits .. "f", value)) + 0.0
  end
  local below = math.floor(value)
  local rest = value - below
  if rest > 0.5 or (rest == 0.5 and below % 2 == 1) then below = below + 1 end
  return below
end

--- How many keys a table has.
function support.size(table)
  local count = 0
  for _ in pairs(table) do count = count + 1 end
  return count
end

--- What Python's len gives for a text, list, dict or set.
function support.length(value)
  if type(value) == "table" and getmetatable(value) == nil then return support.size(value) end
  return #value
end

--- True when two values are equal, or tables with equal values for the same keys.
function support.equal(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  if getmetatable(a) or getmetatable(b) then return false end
  for key, value in pairs(a) do
    if not support.equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- A new list, sorted by what `key` gives; equal ones keep their order.
function support.sorted_by(items, key, backwards)
  local places = {}
  for i, item in ipairs(items) do places[i] = { key(item), i } end
  table.sort(places, function(a, b)
    if a[1] == b[1] then return a[2] < b[2] end
    if backwards then return b[1] < a[1] end
    return a[1] < b[1]
  end)
  local sorted = {}
  for i, place in ipairs(places) do sorted[i] = items[place[2]] end
  return sorted
end

local ABOVE = {
  UnicodeError = "ValueError", UnicodeDecodeError = "UnicodeError",
  UnicodeEncodeError = "UnicodeError", UnicodeTranslateError = "UnicodeError",
  NotImplementedError = "RuntimeError", RecursionError = "RuntimeError",
  IndentationError = "SyntaxError", TabError = "IndentationError",
  BlockingIOError = "OSError", ChildProcessError = "OSError", ConnectionError = "OSError",
  FileExistsError = "OSError", FileNotFoundError = "OSError", InterruptedError = "OSError",
  IsADirectoryError = "OSError", NotADirectoryError = "OSError", PermissionError = "OSError",
  ProcessLookupError = "OSError", TimeoutError = "OSError", BrokenPipeError = "ConnectionError",
  ConnectionAbortedError = "ConnectionError", ConnectionRefusedError = "ConnectionError",
  ConnectionResetError = "ConnectionError",
}

--- True when an error is of one of these kinds: its text, after the place where it was raised,
--- begins with the name of the kind, or of one below it.
function support.raised(err, ...)
  local kind = tostring(err):gsub("^.-:%d+: ", "", 1):match("^[%w_]+")
  while kind do
    for _, wanted in ipairs({...}) do
      if kind == wanted then return true end
    end
    kind = ABOVE[kind]
  end
  return false
end

--- True when an object's class, or a class that it inherits from, is the given one.
function support.is_a(object, class)
  local function descends(from)
    if from == class then return true end
    local meta = type(from) == "table" and getmetatable(from) or nil
    for _, base in ipairs(meta and (meta.bases or { meta.__index }) or {}) do
      if descends(base) then return true end
    end
    return false
  end
  return type(object) == "table" and descends(getmetatable(object))
end

return support
"""
