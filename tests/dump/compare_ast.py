#!/usr/bin/env python3
"""Compares our Ast with CPython's `ast`, node by node.

For each file: do both accept it?  If so, is the dump the same: kinds, names,
constants, operators, contexts, the shape, and the byte span of every node that
has one in CPython.  The text that `taipan --dump ast` should print is made from
`ast.parse` of the running interpreter and compared line by line.

    compare_ast.py                    a sample of the interpreter's own library
    compare_ast.py [PATH...]          these files and folders
    compare_ast.py --accept [PATH...] accept/reject only
    compare_ast.py --dumps FILE ...   the output of such a command, for an
                                      interpreter that cannot run it
    compare_ast.py --dumper CMD ...   CMD prints, for each FILE argument, a line
                                      `== FILE`, the dump, and `! message` lines
"""
import argparse
import ast
import io
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import tokenize
import warnings

SKIP = (
    "bad_coding",  # an encoding that CPython does not know either
    "test_super",  # `nonlocal __class__`: the index does not know it
)
NO_SPAN = {  # no position in CPython, or not the same notion of one
    "module", "if_clause", "with_item", "match_case", "identifier",
    "comprehension", "dict_item", "match_item",
}
OPS = {"Add": "+", "Sub": "-", "Mult": "*", "MatMult": "@", "Div": "/",
       "Mod": "%", "Pow": "**", "LShift": "<<", "RShift": ">>", "BitOr": "|",
       "BitXor": "^", "BitAnd": "&", "FloorDiv": "//",
       "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">",
       "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in",
       "NotIn": "not in", "Invert": "~", "Not": "not", "UAdd": "+",
       "USub": "-", "And": "and", "Or": "or"}


def op(node):
    return OPS[type(node).__name__]


def quote(data):
    out = []
    for b in data:
        if b < 0x20 or b >= 0x7F:
            out.append("\\x%02x" % b)
        elif b in b'"\\':
            out.append("\\" + chr(b))
        else:
            out.append(chr(b))
    return '"' + "".join(out) + '"'


class Writer:
    """CPython's tree as the lines of our dump."""

    def __init__(self, source):
        self.source = source
        self.lines = []
        self.starts = [0]
        for m in re.finditer(rb"\r\n|\r|\n", source):
            self.starts.append(m.end())
        self.in_fstring = 0
        self.named = False  # in an f-string with \N{...}
        self.only_argument = None  # the last generator without own brackets

    def offset(self, line, col):
        return self.starts[line - 1] + col

    def span(self, node):
        if self.in_fstring and sys.version_info < (3, 12):
            return ""
        end = self.offset(node.end_lineno, node.end_col_offset)
        if hasattr(node, "body") and self.source[end - 1:end] == b";":
            end = len(self.source[:end - 1].rstrip())  # not part of the body
        return "@%d-%d" % (self.offset(node.lineno, node.col_offset), end)

    def put(self, level, role, kind, span, detail=""):
        self.lines.append("%s%s%s %s%s" % (
            "  " * min(level, 200), role + ": " if role else "", kind, span,
            detail))

    def many(self, level, role, nodes):
        for node in nodes:
            self.node(level, role, node)

    def node(self, level, role, node):
        if node is None:
            return
        getattr(self, "on_" + type(node).__name__)(level, role, node)

    def plain(self, level, role, kind, node, detail="", **children):
        self.put(level, role, kind, self.span(node), detail)
        for name, child in children.items():
            name = name.rstrip("_")
            if isinstance(child, list):
                self.many(level + 1, name, child)
            else:
                self.node(level + 1, name, child)

    # -- module and statements
    def on_Module(self, level, role, n):
        self.put(level, role, "module", "")
        self.many(level + 1, "body", n.body)

    def function(self, level, role, n, is_async):
        span = self.span(n)
        if n.decorator_list:
            span = "@?-" + span.split("-")[1]
        self.put(level, role, "function_def", span,
                 " name=" + n.name + (" async" if is_async else ""))
        self.many(level + 1, "decorator", n.decorator_list)
        self.many(level + 1, "type_param", getattr(n, "type_params", []))
        self.params(level + 1, n.args)
        self.node(level + 1, "returns", n.returns)
        self.many(level + 1, "body", n.body)

    def on_FunctionDef(self, level, role, n):
        self.function(level, role, n, False)

    def on_AsyncFunctionDef(self, level, role, n):
        self.function(level, role, n, True)

    def params(self, level, a):
        plain = a.posonlyargs + a.args
        defaults = [None] * (len(plain) - len(a.defaults)) + a.defaults
        for i, (arg, default) in enumerate(zip(plain, defaults)):
            self.param(level, arg, default, "positional_only" if
                       i < len(a.posonlyargs) else "positional_or_keyword")
        if a.vararg:
            self.param(level, a.vararg, None, "variadic")
        for arg, default in zip(a.kwonlyargs, a.kw_defaults):
            self.param(level, arg, default, "keyword_only")
        if a.kwarg:
            self.param(level, a.kwarg, None, "keyword_variadic")

    def param(self, level, arg, default, kind):
        span = self.span(arg)
        self.put(level, "param", "param", span.split("-")[0],
                 " name=%s %s" % (arg.arg, kind))
        self.node(level + 1, "annotation", arg.annotation)
        self.node(level + 1, "default", default)

    def on_ClassDef(self, level, role, n):
        span = self.span(n)
        if n.decorator_list:
            span = "@?-" + span.split("-")[1]
        self.put(level, role, "class_def", span, " name=" + n.name)
        self.many(level + 1, "decorator", n.decorator_list)
        self.many(level + 1, "type_param", getattr(n, "type_params", []))
        self.many(level + 1, "arg", sorted(n.bases + n.keywords, key=place))
        self.many(level + 1, "body", n.body)

    def on_Return(self, level, role, n):
        self.plain(level, role, "return", n, value=n.value)

    def on_Delete(self, level, role, n):
        self.plain(level, role, "delete", n, target=n.targets)

    def on_Assign(self, level, role, n):
        self.plain(level, role, "assign", n, target=n.targets, value=n.value)

    def on_TypeAlias(self, level, role, n):
        self.plain(level, role, "type_alias", n, name=n.name,
                   type_param=n.type_params, value=n.value)

    def on_AugAssign(self, level, role, n):
        self.plain(level, role, "aug_assign", n, " op=" + op(n.op),
                   target=n.target, value=n.value)

    def on_AnnAssign(self, level, role, n):
        bare = isinstance(n.target, ast.Name) and not n.simple
        self.plain(level, role, "ann_assign", n,
                   " parenthesized" if bare else "", target=n.target,
                   annotation=n.annotation, value=n.value)

    def on_For(self, level, role, n, detail=""):
        self.plain(level, role, "for", n, detail, target=n.target,
                   iter=n.iter, body=n.body, orelse=n.orelse)

    def on_AsyncFor(self, level, role, n):
        self.on_For(level, role, n, " async")

    def on_While(self, level, role, n):
        self.plain(level, role, "while", n, test=n.test, body=n.body,
                   orelse=n.orelse)

    def on_If(self, level, role, n):
        self.put(level, role, "if", self.span(n))
        while True:
            self.put(level + 1, "clause", "if_clause", "")
            self.node(level + 2, "test", n.test)
            self.many(level + 2, "body", n.body)
            orelse = n.orelse
            if len(orelse) == 1 and isinstance(orelse[0], ast.If):
                at = self.offset(orelse[0].lineno, orelse[0].col_offset)
                if self.source[at:at + 4] == b"elif":
                    n = orelse[0]
                    continue
            if orelse:
                self.put(level + 1, "clause", "if_clause", "")
                self.many(level + 2, "body", orelse)
            return

    def on_With(self, level, role, n, detail=""):
        self.put(level, role, "with", self.span(n), detail)
        for item in n.items:
            self.put(level + 1, "item", "with_item", "")
            self.node(level + 2, "context", item.context_expr)
            self.node(level + 2, "target", item.optional_vars)
        self.many(level + 1, "body", n.body)

    def on_AsyncWith(self, level, role, n):
        self.on_With(level, role, n, " async")

    def on_Match(self, level, role, n):
        self.put(level, role, "match", self.span(n))
        self.node(level + 1, "subject", n.subject)
        for case in n.cases:
            self.put(level + 1, "case", "match_case", "")
            self.node(level + 2, "pattern", case.pattern)
            self.node(level + 2, "guard", case.guard)
            self.many(level + 2, "body", case.body)

    def on_Raise(self, level, role, n):
        self.plain(level, role, "raise", n, exception=n.exc, cause=n.cause)

    def on_Try(self, level, role, n, detail=""):
        self.plain(level, role, "try", n, detail, body=n.body,
                   handler=n.handlers, orelse=n.orelse, final=n.finalbody)

    def on_TryStar(self, level, role, n):
        self.on_Try(level, role, n, " star")

    def on_ExceptHandler(self, level, role, n):
        self.plain(level, role, "except_handler", n,
                   " name=" + n.name if n.name else "", type=n.type,
                   body=n.body)

    def on_Assert(self, level, role, n):
        self.plain(level, role, "assert", n, test=n.test, message=n.msg)

    def on_Import(self, level, role, n):
        self.plain(level, role, "import", n, name=n.names)

    def on_ImportFrom(self, level, role, n):
        star = n.names[0].name == "*"
        self.plain(level, role, "import_from", n,
                   (" module=" + n.module if n.module else "") +
                   (" level=%d" % n.level if n.level else "") +
                   (" star" if star else ""), name=[] if star else n.names)

    def on_alias(self, level, role, n):
        self.plain(level, role, "alias", n, " name=" + n.name +
                   (" as=" + n.asname if n.asname else ""))

    def names(self, level, role, kind, n):
        self.put(level, role, kind, self.span(n))
        for name in n.names:
            self.put(level + 1, "name", "identifier", "", " name=" + name)

    def on_Global(self, level, role, n):
        self.names(level, role, "global", n)

    def on_Nonlocal(self, level, role, n):
        self.names(level, role, "nonlocal", n)

    def on_Expr(self, level, role, n):
        value = n.value  # ours spans parentheses too
        self.put(level, role, "expr_stmt", self.span(n))
        self.node(level + 1, "value", value)

    def on_Pass(self, level, role, n):
        self.plain(level, role, "pass", n)

    def on_Break(self, level, role, n):
        self.plain(level, role, "break", n)

    def on_Continue(self, level, role, n):
        self.plain(level, role, "continue", n)

    # -- type parameters
    def type_param(self, level, role, n, kind):
        self.plain(level, role, "type_param", n,
                   " name=%s %s" % (n.name, kind),
                   bound=getattr(n, "bound", None),
                   default=getattr(n, "default_value", None))

    def on_TypeVar(self, level, role, n):
        self.type_param(level, role, n, "type_var")

    def on_TypeVarTuple(self, level, role, n):
        self.type_param(level, role, n, "type_var_tuple")

    def on_ParamSpec(self, level, role, n):
        self.type_param(level, role, n, "param_spec")

    # -- expressions
    def ctx(self, n):
        return " " + type(n.ctx).__name__.lower()

    def on_Name(self, level, role, n):
        self.plain(level, role, "name", n, " name=" + n.id + self.ctx(n))

    def on_Constant(self, level, role, n):
        v = n.value
        if v is None or v is True or v is False or v is ...:
            kind = {None: "none", True: "true", False: "false",
                    ...: "ellipsis"}[v]
            self.plain(level, role, kind, n)
        elif isinstance(v, str):
            self.string(level, role, n, "str",
                        v.encode("utf-8", "surrogatepass"))
        elif isinstance(v, bytes):
            self.string(level, role, n, "bytes", v)
        elif isinstance(v, int):
            self.plain(level, role, "int", n, " %d" % v)
        else:
            self.plain(level, role, type(v).__name__, n)

    def string(self, level, role, n, kind, data):
        start = self.offset(n.lineno, n.col_offset)
        end = self.offset(n.end_lineno, n.end_col_offset)
        text = quote(data)
        if b"\\N{" in self.source[start:end] or self.named:
            text = "?"  # we have no table of character names
        if role == "part":
            # of concatenated and debug texts there are several notions
            self.put(level, role, kind, "@?", " " + text)
            return
        self.plain(level, role, kind, n, " " + text)

    def on_JoinedStr(self, level, role, n, detail=""):
        self.plain(level, role, "joined_str", n, detail)
        whole = self.source[self.offset(n.lineno, n.col_offset):
                            self.offset(n.end_lineno, n.end_col_offset)]
        before = self.named
        self.in_fstring += 1
        self.named = before or b"\\N{" in whole
        self.many(level + 1, "part", n.values)
        self.in_fstring -= 1
        self.named = before

    def on_TemplateStr(self, level, role, n):
        self.on_JoinedStr(level, role, n, " template")

    def on_FormattedValue(self, level, role, n):
        self.plain(level, role, "formatted_value", n,
                   " conversion=" + chr(n.conversion)
                   if n.conversion != -1 else "", value=n.value,
                   spec=n.format_spec)

    on_Interpolation = on_FormattedValue

    def on_Tuple(self, level, role, n):
        self.plain(level, role, "tuple", n, self.ctx(n), item=n.elts)

    def on_List(self, level, role, n):
        self.plain(level, role, "list", n, self.ctx(n), item=n.elts)

    def on_Set(self, level, role, n):
        self.plain(level, role, "set", n, item=n.elts)

    def on_Dict(self, level, role, n):
        self.put(level, role, "dict", self.span(n))
        for key, value in zip(n.keys, n.values):
            self.put(level + 1, "item", "dict_item", "")
            self.node(level + 2, "key", key)
            self.node(level + 2, "value", value)

    def compr(self, level, role, n, kind):
        span = self.span(n)
        if span and n is self.only_argument:
            span = self.bare_generator(n)
        self.put(level, role, kind, span)
        if kind == "dict_comp":
            self.put(level + 1, "element", "dict_item", "")
            self.node(level + 2, "key", n.key)
            self.node(level + 2, "value", n.value)
        else:
            self.node(level + 1, "element", n.elt)
        for g in n.generators:
            self.put(level + 1, "for", "comprehension", "",
                     " async" if g.is_async else "")
            self.node(level + 2, "target", g.target)
            self.node(level + 2, "iter", g.iter)
            self.many(level + 2, "if", g.ifs)

    def on_ListComp(self, level, role, n):
        self.compr(level, role, n, "list_comp")

    def on_SetComp(self, level, role, n):
        self.compr(level, role, n, "set_comp")

    def on_DictComp(self, level, role, n):
        self.compr(level, role, n, "dict_comp")

    def on_GeneratorExp(self, level, role, n):
        self.compr(level, role, n, "generator_exp")

    def bare_generator(self, n):
        """The span of a generator that shares its brackets with a call: to us
        they are the call's, and it ends with the brackets of its last clause."""
        last = n.generators[-1]
        last = last.ifs[-1] if last.ifs else last.iter
        end = self.offset(last.end_lineno, last.end_col_offset)
        stop = self.offset(n.end_lineno, n.end_col_offset) - 1
        rest = re.sub(rb"#[^\r\n]*", lambda m: b" " * len(m[0]),
                      self.source[end:stop])
        return "@%d-%d" % (self.offset(n.elt.lineno, n.elt.col_offset),
                           end + rest.rfind(b")") + 1)

    def on_Attribute(self, level, role, n):
        self.plain(level, role, "attribute", n,
                   " attr=" + n.attr + self.ctx(n), value=n.value)

    def on_Subscript(self, level, role, n):
        self.plain(level, role, "subscript", n, self.ctx(n), value=n.value,
                   slice=n.slice)

    def on_Slice(self, level, role, n):
        self.plain(level, role, "slice", n, lower=n.lower, upper=n.upper,
                   step=n.step)

    def on_Starred(self, level, role, n):
        self.plain(level, role, "starred", n, self.ctx(n), value=n.value)

    def on_Call(self, level, role, n):
        only = n.args[0] if len(n.args) == 1 and not n.keywords else None
        if isinstance(only, ast.GeneratorExp) and \
                self.span(only).split("-")[1:] == self.span(n).split("-")[1:]:
            self.only_argument = only
        self.plain(level, role, "call", n, func=n.func,
                   arg=sorted(n.args + n.keywords, key=place))

    def on_keyword(self, level, role, n):
        self.plain(level, role, "keyword", n,
                   " name=" + n.arg if n.arg else "", value=n.value)

    def on_Await(self, level, role, n):
        self.plain(level, role, "await", n, value=n.value)

    def on_Yield(self, level, role, n):
        self.plain(level, role, "yield", n, value=n.value)

    def on_YieldFrom(self, level, role, n):
        self.plain(level, role, "yield_from", n, value=n.value)

    def on_UnaryOp(self, level, role, n):
        self.plain(level, role, "unary_op", n, " op=" + op(n.op),
                   operand=n.operand)

    def on_BinOp(self, level, role, n):
        self.plain(level, role, "bin_op", n, " op=" + op(n.op), left=n.left,
                   right=n.right)

    def on_BoolOp(self, level, role, n):
        self.plain(level, role, "bool_op", n, " op=" + op(n.op),
                   value=n.values)

    def on_Compare(self, level, role, n):
        self.plain(level, role, "compare", n,
                   " op=" + ",".join(op(o) for o in n.ops), left=n.left,
                   comparator=n.comparators)

    def on_IfExp(self, level, role, n):
        self.plain(level, role, "if_exp", n, body=n.body, test=n.test,
                   orelse=n.orelse)

    def on_Lambda(self, level, role, n):
        self.put(level, role, "lambda", self.span(n))
        self.params(level + 1, n.args)
        self.node(level + 1, "body", n.body)

    def on_NamedExpr(self, level, role, n):
        self.plain(level, role, "named_expr", n, target=n.target,
                   value=n.value)

    # -- patterns
    def on_MatchValue(self, level, role, n):
        self.plain(level, role, "match_value", n, value=n.value)

    def on_MatchSingleton(self, level, role, n):
        self.plain(level, role, "match_singleton", n)
        self.put(level + 1, "value", str(n.value).lower(), self.span(n))

    def on_MatchSequence(self, level, role, n):
        self.plain(level, role, "match_sequence", n, pattern=n.patterns)

    def on_MatchMapping(self, level, role, n):
        self.put(level, role, "match_mapping", self.span(n))
        for key, pattern in zip(n.keys, n.patterns):
            self.put(level + 1, "item", "match_item", "")
            self.node(level + 2, "key", key)
            self.node(level + 2, "pattern", pattern)
        self.capture(level + 1, "rest", n.rest)

    def capture(self, level, role, name):
        if name:
            self.put(level, role, "name", "@?", " name=" + name + " store")

    def on_MatchClass(self, level, role, n):
        self.put(level, role, "match_class", self.span(n))
        self.node(level + 1, "class", n.cls)
        self.many(level + 1, "pattern", n.patterns)
        for name, pattern in zip(n.kwd_attrs, n.kwd_patterns):
            self.put(level + 1, "pattern", "match_keyword", "",
                     " name=" + name)
            self.node(level + 2, "pattern", pattern)

    def on_MatchStar(self, level, role, n):
        self.put(level, role, "match_star", self.span(n))
        self.capture(level + 1, "name", n.name)

    def on_MatchAs(self, level, role, n):
        self.put(level, role, "match_as", self.span(n))
        self.node(level + 1, "pattern", n.pattern)
        self.capture(level + 1, "name", n.name)

    def on_MatchOr(self, level, role, n):
        self.plain(level, role, "match_or", n, pattern=n.patterns)


def place(node):
    return (node.lineno, node.col_offset)


LINE = re.compile(r"( *)(?:(\w+): )?(\w+) @(\d+)-(\d+)(.*)")


def normalize(dump, source):
    """Our dump, brought to what CPython's tree can say."""
    out = []
    fstring = None  # indentation of the f-string that we are in
    named = False
    decorated = set()
    old = sys.version_info < (3, 12)
    lines = dump.splitlines()
    for i, line in enumerate(lines):
        m = LINE.fullmatch(line)
        if not m:
            out.append(line)
            continue
        indent, role, kind, start, end, detail = m.groups()
        prefix = role + ": " if role else ""
        span = "@%s-%s" % (start, end)
        if fstring is not None and len(indent) <= fstring:
            fstring = None
        inside = fstring is not None
        if kind == "joined_str" and fstring is None:
            fstring = len(indent)
            named = b"\\N{" in source[int(start):int(end)]
        if role == "part" and kind == "str":
            span = "@?"
        elif kind in NO_SPAN or (inside and old) or kind == "match_keyword":
            span = ""
        elif kind == "param":
            span = "@" + start
        elif kind == "name" and detail.endswith(" store") and (
                role in ("rest",) or (role == "name" and parent_is_pattern(
                    out, len(indent)))):
            span = "@?"
        elif kind in ("function_def", "class_def") and i + 1 < len(lines) \
                and lines[i + 1].lstrip().startswith("decorator: "):
            span = "@?-" + end
        if kind == "tuple":
            detail = detail.replace(" parenthesized", "")
        if kind in ("str", "bytes") and (
                inside and named or b"\\N{" in source[int(start):int(end)]):
            detail = " ?"
        if kind == "int" and detail.strip().lstrip("-") and \
                not detail.strip().isdecimal():
            detail = " %d" % int(detail.strip(), 0)
        elif kind == "int" and detail.strip().isdecimal():
            detail = " %d" % int(detail.strip())
        out.append("%s%s%s %s%s" % (indent, prefix, kind, span, detail))
    return out


def parent_is_pattern(out, indent):
    for line in reversed(out):
        depth = len(line) - len(line.lstrip())
        if depth < indent:
            return ": match_as" in line or ": match_star" in line
    return False


def cpython(source, text, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text, name)
            compile(text, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            return None, str(e)
    writer = Writer(source)
    try:
        writer.node(0, "", tree)
    except RecursionError:
        return None, "recursion"
    return writer.lines, None


def expand(paths):
    for path in paths:
        if os.path.isdir(path):
            for root, dirs, files in os.walk(path):
                dirs.sort()
                for name in sorted(files):
                    if name.endswith((".py", ".pyi")):
                        yield os.path.join(root, name)
        else:
            yield path


def run_dumper(command, files):
    done = subprocess.run(command + files, stdout=subprocess.PIPE,
                          encoding="utf-8", errors="surrogateescape")
    return read_dumps(done.stdout)


DIAGNOSTIC = re.compile(r"(.+?):(\d+:\d+): error\[[\w-]+\] (.*)")


def run_taipan(taipan, files):
    """The dumps of these files, and what `check` says about their syntax."""
    version = "%d.%d" % sys.version_info[:2]
    with tempfile.TemporaryDirectory() as project:
        def run(*arguments):
            done = subprocess.run(
                [taipan, "check", "--python-version", version,
                 "--project", project, "--stop-after", "parse", *arguments, *map(os.path.abspath,
                                                           files)],
                stdout=subprocess.PIPE, cwd=project, encoding="utf-8",
                errors="surrogateescape")
            return done.stdout

        def path_of(display):
            return os.path.realpath(os.path.join(project, display))

        names = {os.path.realpath(f): f for f in files}
        dumps = run("--dump", "ast")
        if len(files) == 1:
            dumps = "== %s\n%s" % (files[0], dumps)
        result = {names.get(path_of(name), name): value
                  for name, value in read_dumps(dumps).items()}
        for line in run("--output-format", "concise").splitlines():
            m = DIAGNOSTIC.fullmatch(line)
            name = names.get(path_of(m.group(1))) if m else None
            if name:
                result.setdefault(name, ("", []))[1].append(
                    m.group(2) + ": " + m.group(3))
    return result


def read_dumps(text):
    """{file: (dump, [messages])}"""
    result = {}
    name, dump, messages = None, [], []
    for line in text.split("\n") + ["== "]:
        if line.startswith("== "):
            if name is not None:
                result[name] = ("\n".join(dump), messages)
            name, dump, messages = line[3:], [], []
        elif line.startswith("! "):
            messages.append(line[2:])
        elif line:
            dump.append(line)
    return result


def library_sample(limit):
    root = sysconfig.get_paths()["stdlib"]
    files = [f for f in expand([root]) if "site-packages" not in f
             and "lib2to3" not in f and not any(n in f for n in SKIP)]
    step = max(1, len(files) // limit)
    return files[::step]


def compare(path, got, accept_only, verbose):
    """A text that says what differs, or None."""
    with open(path, "rb") as f:
        source = f.read()
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        source = source.decode(encoding).encode("utf-8")
    except (SyntaxError, UnicodeDecodeError) as e:
        return None if got[1] else "CPython cannot decode it: %s" % e
    if source.startswith(b"\xef\xbb\xbf"):
        source = source[3:]
    text = source
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        pass
    want, why = cpython(source, text, path)
    dump, messages = got
    if want is None:
        if messages:
            return None
        return "CPython rejects it (%s), we accept it" % why
    if messages:
        return "CPython accepts it, we say: " + messages[0]
    if accept_only:
        return None
    have = normalize(dump, source)
    want = [line.rstrip() for line in want]
    have = [line.rstrip() for line in have]
    for i, (a, b) in enumerate(zip(want, have)):
        if a != b:
            return "node %d:\n  CPython: %s\n  ours:    %s" % (
                i, a.strip(), b.strip())
    if len(want) != len(have):
        return "%d nodes in CPython, %d in ours" % (len(want), len(have))
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--dumper")
    parser.add_argument("--dumps", help="a file with the dumper's output")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    sys.setrecursionlimit(20000)
    taipan = os.environ.get("TAIPAN")
    dumps = None
    if args.dumps:
        with open(args.dumps, encoding="utf-8",
                  errors="surrogateescape") as f:
            dumps = read_dumps(f.read())
    elif not args.dumper and not taipan:
        print("TAIPAN is not set")
        return 77
    files = list(expand(args.paths)) if args.paths else \
        library_sample(args.limit)
    bad = 0
    for i in range(0, len(files), 50):
        part = files[i:i + 50]
        if dumps is not None:
            results = dumps
        elif args.dumper:
            results = run_dumper(args.dumper.split(), part)
        else:
            results = run_taipan(taipan, part)
        for path in part:
            if path not in results:
                print("%s: no output" % path)
                bad += 1
                continue
            problem = compare(path, results[path], args.accept, args.v)
            if problem:
                bad += 1
                print("%s: %s" % (path, problem))
    print("%d files, %d differ" % (len(files), bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
