"""What the nodes of a Python tree are: words, and roles that the grammar gives."""

from functools import cache

import tree_sitter_python
from tree_sitter import Language

QUERY = r"""
; ---- words
["and" "as" "assert" "async" "await" "break" "case" "class" "continue" "def" "del" "elif" "else"
 "except" "finally" "for" "from" "global" "if" "import" "in" "is" "lambda" "match" "nonlocal" "not"
 "or" "pass" "raise" "return" "try" "type" "while" "with" "yield" "is not" "not in"
 (break_statement) (continue_statement) (pass_statement)] @keyword
[(true) (false)] @boolean
(none) @none.nil
[(integer) (float)] @number
(string) @string
[(string_start) (string_end)] @string-delimiter
(interpolation) @_interpolation
(escape_sequence) @escape
(comment) @comment
["=" ":=" "->" "+" "-" "*" "/" "//" "%" "**" "@" "&" "|" "^" "~" "<<" ">>" "<" ">" "<=" ">=" "=="
 "!=" "+=" "-=" "*=" "/=" "//=" "%=" "**=" "@=" "&=" "|=" "^=" "<<=" ">>="] @operator
["(" "[" "{"] @opening-bracket
[")" "]" "}"] @closing-bracket
["," ";"] @separator
(identifier) @identifier

; ---- what is defined
(function_definition name: (identifier) @function-name)
(function_definition name: (identifier) @initialiser-name
  (#any-of? @initialiser-name "__init__" "__new__"))
(class_definition name: (identifier) @class-name)
[(function_definition) (class_definition) (lambda)] @_scope
[(aliased_import alias: (identifier) @_bound) (as_pattern_target (identifier) @_bound)
 (import_statement name: (dotted_name . (identifier) @_bound))
 (import_from_statement name: (dotted_name (identifier) @_bound))]
(decorator) @decorator
(type) @type-annotation
(parameters [(identifier) @parameter
  (default_parameter name: (identifier) @parameter value: (_) @default-value)
  (typed_default_parameter name: (identifier) @parameter value: (_) @default-value)
  (typed_parameter . (identifier) @parameter)
  (typed_parameter [(list_splat_pattern (identifier) @parameter)
    (dictionary_splat_pattern (identifier) @parameter)] @variable-arguments)
  (list_splat_pattern (identifier) @parameter) @variable-arguments
  (dictionary_splat_pattern (identifier) @parameter) @variable-arguments])
(lambda_parameters [(identifier) @parameter
  (default_parameter name: (identifier) @parameter value: (_) @default-value)
  (list_splat_pattern (identifier) @parameter) @variable-arguments
  (dictionary_splat_pattern (identifier) @parameter) @variable-arguments])
(lambda "lambda" @anonymous-function)
(lambda parameters: (_) @anonymous-function)
((identifier) @self (#eq? @self "self"))
(module . (comment)* . (expression_statement . (string) @doc-comment .))
(block . (comment)* . (expression_statement . (string) @doc-comment .))

; ---- what is assigned
(assignment left: [(identifier) (attribute) (subscript)] @assignment-target right: (_))
(assignment left: [(pattern_list) (tuple_pattern) (list_pattern)] @_targets)
(augmented_assignment left: (_) @assignment-target)
(named_expression name: (_) @assignment-target)

; ---- what is called
(call function: (identifier) @called-function)
(call function: (attribute attribute: (identifier) @called-method))
(call arguments: (argument_list (_) @call-argument))
(call arguments: (generator_expression) @call-argument)
(keyword_argument name: (identifier) @keyword-argument)
(attribute attribute: (identifier) @attribute)
(subscript subscript: (_) @subscript)
(call function: (identifier) @length (#eq? @length "len"))
(call function: (identifier) @iterator-call
  (#any-of? @iterator-call "range" "enumerate" "zip" "iter" "next" "reversed"))
(call function: (attribute attribute: (identifier) @iterator-call)
  (#any-of? @iterator-call "items" "keys" "values"))
(call function: (identifier) @type-test
  (#any-of? @type-test "isinstance" "issubclass" "type" "hasattr" "callable"))
(call function: (identifier) @conversion-call
  (#any-of? @conversion-call "str" "int" "float" "repr"))

; ---- what controls
[(for_statement) (while_statement)] @_loop
(for_statement left: (_) @_loop_left)
(for_in_clause left: (_) @_loop_left)
[(break_statement) (continue_statement)] @loop-exit
(if_statement condition: (_) @condition)
(elif_clause condition: (_) @condition)
(while_statement condition: (_) @condition)
(if_clause (_) @condition)
(conditional_expression) @conditional-value
(boolean_operator left: (boolean_operator operator: "and") operator: "or") @_choice
(return_statement (_) @return-value)
(with_clause) @context-manager
[(list_comprehension) (set_comprehension) (dictionary_comprehension)
 (generator_expression)] @comprehension
[(import_statement) (import_from_statement) (future_import_statement)] @import
(assert_statement) @assertion
(raise_statement) @raise.error
(raise_statement (call arguments: (argument_list (_) @_carried)))
(try_statement "try" @exception-handling)
(except_clause "except" @exception-handling)
(except_clause value: (_) @exception-handling)
(finally_clause "finally" @exception-handling)
(block) @_block
[(if_statement ":" @block-start) (elif_clause ":" @block-start) (else_clause ":" @block-start)
 (for_statement ":" @block-start) (while_statement ":" @block-start)
 (with_statement ":" @block-start)
 (try_statement ":" @block-start) (except_clause ":" @block-start)
 (finally_clause ":" @block-start) (function_definition ":" @block-start)
 (class_definition ":" @block-start) (match_statement ":" @block-start)
 (case_clause ":" @block-start)]

; ---- what is computed
(comparison_operator operators: _ @comparison)
(comparison_operator (none)) @none.nil-test
(boolean_operator operator: _ @logical-operator)
(not_operator "not" @logical-operator)
(binary_operator operator: ["+" "-" "*" "/" "//" "%" "**"] @arithmetic)
(augmented_assignment operator: ["+=" "-=" "*=" "/=" "//=" "%=" "**="] @arithmetic)
(unary_operator operator: ["+" "-"] @arithmetic)
(binary_operator operator: ["+" "%"]) @_operation
(interpolation ["{" "}"] @string-building)
(call function: (attribute attribute: (identifier) @string-building)
  (#any-of? @string-building "format" "join"))
[(list) (dictionary) (set)] @collection-constructor
(dictionary (pair key: (_) @constructor-key))
"""

UNLESS = {  # capture → captures that say it better
    "attribute": ("called-method",),
    "call-argument": ("comment",),
    "return-value": ("comment",),
    "subscript": ("comment",),
}


@cache
def language() -> Language:
    """The grammar of Python."""
    return Language(tree_sitter_python.language())
