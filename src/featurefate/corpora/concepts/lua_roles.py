"""What the nodes of a Lua tree are: words, and roles by the grammar or by well-known names."""

from functools import cache

import tree_sitter_lua
from tree_sitter import Language

QUERY = r"""
; ---- words
["and" "do" "else" "elseif" "end" "for" "function" "goto" "if" "in" "local" "not" "or" "repeat"
 "return" "then" "until" "while" (break_statement)] @keyword
[(true) (false)] @boolean
(nil) @none.nil
(number) @number
(string) @string
(string start: _ @string-delimiter)
(string end: _ @string-delimiter)
(escape_sequence) @escape
(comment) @comment
((comment) @doc-comment (#match? @doc-comment "^---([^-]|$)"))
["=" "+" "-" "*" "/" "//" "%" "^" "#" "&" "|" "~" "<<" ">>" ".." "<" ">" "<=" ">=" "=="
 "~="] @operator
["(" "[" "{"] @opening-bracket
[")" "]" "}"] @closing-bracket
["," ";"] @separator
(identifier) @identifier

; ---- what is defined
(function_declaration name: (identifier) @function-name)
(function_declaration name: (dot_index_expression field: (identifier) @function-name))
(function_declaration name: (method_index_expression method: (identifier) @function-name))
(assignment_statement (variable_list . name: (identifier) @function-name .)
  (expression_list . (function_definition)))
(assignment_statement
  (variable_list . name: (dot_index_expression field: (identifier) @function-name) .)
  (expression_list . (function_definition)))
(field name: (identifier) @function-name value: (function_definition))
(function_declaration name: (_ [field: (identifier) method: (identifier)] @initialiser-name)
  (#any-of? @initialiser-name "new" "__init__"))
(assignment_statement (variable_list . name: (dot_index_expression
    table: (identifier) @_class field: (identifier) @_index) .)
  (#eq? @_index "__index"))
(chunk (variable_declaration [(variable_list . name: (identifier) @_declared .)
  (assignment_statement (variable_list . name: (identifier) @_declared .))]))
[(function_declaration) (function_definition)] @_scope
(parameters name: (identifier) @parameter)
(parameters (vararg_expression) @variable-arguments)
(function_definition "function" @anonymous-function parameters: (_) @anonymous-function)
((identifier) @self (#eq? @self "self"))
(variable_declaration (variable_list name: (identifier) @local-declaration))
(variable_declaration (assignment_statement (variable_list name: (identifier) @local-declaration)))
((identifier) @metatable (#any-of? @metatable "setmetatable" "getmetatable" "__index" "__newindex"
  "__call" "__tostring" "__len" "__eq" "__lt" "__le" "__add" "__sub" "__mul" "__concat" "__name"))

; ---- what is assigned
(assignment_statement (variable_list name: (_) @assignment-target))

; ---- what is called
(function_call name: (identifier) @called-function)
(function_call name: (dot_index_expression field: (identifier) @called-method))
(function_call name: (method_index_expression method: (identifier) @called-method))
(function_call arguments: (arguments (_) @call-argument))
(dot_index_expression field: (identifier) @attribute)
(bracket_index_expression field: (_) @subscript)
(unary_expression operator: "#" @length)
(function_call name: (identifier) @iterator-call
  (#any-of? @iterator-call "ipairs" "pairs" "next"))
(function_call name: (identifier) @type-test (#any-of? @type-test "type" "is_a"))
(function_call
  name: (dot_index_expression table: (identifier) @_math field: (identifier) @type-test)
  (#eq? @_math "math") (#eq? @type-test "type"))
(function_call name: (identifier) @conversion-call
  (#any-of? @conversion-call "tostring" "tonumber"))

; ---- what controls
[(for_statement) (while_statement)] @_loop
(for_generic_clause (variable_list name: (identifier) @loop-variable))
(for_numeric_clause name: (identifier) @loop-variable)
[(break_statement) (goto_statement)] @loop-exit
(if_statement condition: (_) @condition)
(elseif_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(repeat_statement condition: (_) @condition)
(binary_expression left: (binary_expression operator: "and") operator: "or") @_choice
(return_statement (expression_list) @return-value)
(chunk (return_statement (expression_list) @_module))
(variable_declaration (assignment_statement (expression_list [
  (function_call name: (identifier) @_require)
  (_ table: (function_call name: (identifier) @_require))
  (function_call name: (function_call name: (identifier) @_require))]))
  (#eq? @_require "require")) @import
((function_call name: (identifier) @_require) @import (#eq? @_require "require"))
((function_call name: (identifier) @_assert) @assertion (#eq? @_assert "assert"))
((function_call name: (identifier) @_error) @raise.error (#eq? @_error "error"))
(function_call name: (identifier) @_error (#eq? @_error "error")
  arguments: (arguments . (_) @_carried))
((identifier) @exception-handling (#any-of? @exception-handling "pcall" "xpcall"))
(assignment_statement (variable_list (identifier) @exception-handling)
  (expression_list (function_call name: (identifier) @_pcall)) (#any-of? @_pcall "pcall" "xpcall"))
["then" "do" "else" "repeat"] @block-start
(function_declaration (parameters ")" @block-start))
(function_definition (parameters ")" @block-start))
["end" "until"] @block-end

; ---- what is computed
(binary_expression operator: ["==" "~=" "<" ">" "<=" ">="] @comparison)
(binary_expression left: (nil) operator: ["==" "~="]) @none.nil-test
(binary_expression operator: ["==" "~="] right: (nil)) @none.nil-test
(binary_expression operator: ["and" "or"] @logical-operator)
(unary_expression operator: "not" @logical-operator)
(binary_expression operator: ["+" "-" "*" "/" "//" "%" "^"] @arithmetic)
(unary_expression operator: "-" @arithmetic)
(binary_expression operator: "..") @_operation
(function_call
  name: (dot_index_expression table: (identifier) @_library field: (identifier) @string-building)
  (#any-of? @_library "string" "table") (#any-of? @string-building "format" "concat"))
(function_call name: (method_index_expression method: (identifier) @string-building)
  (#eq? @string-building "format"))
(table_constructor) @collection-constructor
(field name: (_) @constructor-key)
"""

UNLESS = {  # capture → captures that say it better
    "attribute": ("called-method", "function-name"),
    "call-argument": ("comment",),
    "return-value": ("_module",),
}


@cache
def language() -> Language:
    """The grammar of Lua."""
    return Language(tree_sitter_lua.language())
