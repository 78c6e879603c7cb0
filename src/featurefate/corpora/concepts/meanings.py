"""What Python and Lua say by different nodes: text put together, one of two values, names bound.

Both languages are looked at by the same functions, so that a concept of one name is one concept.
"""

from collections import defaultdict
from collections.abc import Set

from tree_sitter import Node

from featurefate.corpora.concepts.syntax import Marks, Tree

LOGICAL = ("and", "or")
NO_NAMES = ("attribute", "called method", "function name", "keyword argument")
BINDING = ("parameter", "assignment target", "loop variable", "local declaration")


def is_text(node: Node | None) -> bool:
    """True for a string and for an expression that puts one together."""
    match node and node.type:
        case "string" | "concatenated_string":
            return True
        case "parenthesized_expression":
            return any(map(is_text, node.named_children))
        case "binary_expression" | "binary_operator":
            return joins_text(node)
        case "call" | "function_call":
            return _called(node) in ("format", "join", "string.format", "table.concat")
    return False


def joins_text(node: Node) -> bool:
    """True where a binary operator works on text: `..`, and + and % where one side is a string."""
    while (sign := operator_of(node)) == "+":  # a loop, as sums can be long
        if is_text(node.child_by_field_name("right")):
            return True
        node = node.child_by_field_name("left")
    if sign == "%":
        return is_text(node.child_by_field_name("left"))
    return sign == ".." or (sign is None and is_text(node))


def operator_of(node: Node) -> str | None:
    """The sign or word of an operation on two values; None for another node."""
    if node.type not in ("binary_expression", "binary_operator", "boolean_operator"):
        return None
    return node.child_by_field_name("operator").type


def is_a_choice(node: Node) -> bool:
    """True where `c and a or b` gives a or b; False where only its truth is asked for."""
    chosen = node.child_by_field_name("left").child_by_field_name("right")
    return not _is_a_truth(chosen) and not _is_tested(node)


def add_built_in_names(marks: Marks, tree: Tree, names: Set[str], keys_are_names: bool) -> None:
    """Names that the language gives, where the text has not given them another meaning.

    Functions and classes are looked at as a whole: what one of them binds anywhere is its own
    everywhere in it. `keys_are_names`: whether a key of a dictionary or table is an expression.
    """
    scopes = tree.spans("_scope")
    bound = [span for role in BINDING for span in marks.get(role, ())] + tree.spans("_bound")
    binding = [(tree.text[slice(*span)], span) for span in bound]
    for node in tree.nodes.get("_scope", ()):
        if (name := node.child_by_field_name("name")) and name.type == "identifier":
            binding.append((tree.text[slice(*tree.span(name))], tree.span(node)))
    hidden = defaultdict(list)
    for name, (start, end) in binding:
        if name in names:
            around = [scope for scope in scopes if scope[0] < start and end <= scope[1]]
            hidden[name].append(max(around, default=(0, len(tree.text))))
    roles = NO_NAMES if keys_are_names else (*NO_NAMES, "constructor key")
    other = {span for role in roles for span in marks.get(role, ())}
    for start, end in marks["identifier"]:
        name = tree.text[start:end]
        if name not in names or (start, end) in other:
            continue
        if not any(first <= start < last for first, last in hidden[name]):
            marks["built-in name"].append((start, end))


def _called(node: Node) -> str | None:
    """What a call calls: a method's name, or in Lua that of a library's function."""
    function = node.child_by_field_name("function") or node.child_by_field_name("name")
    match function and function.type:
        case "attribute":
            return function.child_by_field_name("attribute").text.decode()
        case "method_index_expression":
            return function.child_by_field_name("method").text.decode()
        case "dot_index_expression":
            return function.text.decode()
    return None


def _is_a_truth(node: Node) -> bool:
    while node.type == "parenthesized_expression":
        node = node.named_children[0]
    if node.type in ("comparison_operator", "not_operator", "true", "false"):
        return True
    if node.type == "unary_expression":
        return node.child_by_field_name("operator").type == "not"
    return operator_of(node) in ("==", "~=", "<", ">", "<=", ">=", *LOGICAL)


def _is_tested(node: Node) -> bool:
    """True inside a condition, be it under `and`, `or`, `not`, brackets or another choice."""
    while parent := node.parent:
        if parent.type in ("if_clause", "assert_statement", "not_operator"):
            return True
        if parent.type == "unary_expression":
            return parent.child_by_field_name("operator").type == "not"
        if parent.type == "arguments":  # Lua's assert is a function
            return parent.parent.child_by_field_name("name").text == b"assert"
        goes_on = operator_of(parent) in LOGICAL or parent.type == "parenthesized_expression"
        if parent.type == "conditional_expression":
            if node == parent.named_children[1]:
                return True
        elif not goes_on:
            return node == parent.child_by_field_name("condition")
        node = parent
    return False
