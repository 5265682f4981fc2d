/* display_signature.c - functions, callables and parameter lists as text.
 *
 *   def f(x: int, y=2, *args, z: str = ..., **kw: Any) -> R
 *   def g[T, *Ts, **P](x: T) -> T
 *   (int, /) -> str      (...) -> R      (int, /, *args: P@f.args, ...) -> R
 */
#include "types/callable.h"
#include "types/caps.h"
#include "types/display_int.h"

/* ---- parameters ---------------------------------------------------------- */

/* Whether the type of a parameter is shown: when someone wrote it. */
static bool shows_type(const Param *p) {
  return (p->flags &
          (PARAM_ANNOTATED | PARAM_SYNTHETIC_NAME | PARAM_UNPACKED)) ||
         p->name.v == 0;
}

static bool shows_name(const Param *p) {
  return p->name.v != 0 && !(p->flags & PARAM_SYNTHETIC_NAME);
}

static void put_default(Display *d, const Param *p) {
  TypeId t = p->default_type;
  if (type_is_null(t)) {
    strbuf_puts(d->out, "...");
  } else if (type_is_literal(t)) {
    display_literal(d, t);
  } else if (t.v == TYPE_KNOWN(NoneType).v) {
    strbuf_puts(d->out, "None");
  } else {
    strbuf_puts(d->out, "...");
  }
}

static void put_param(Display *d, const Param *p) {
  bool named = shows_name(p), typed = shows_type(p);
  if (p->kind == PARAM_VARIADIC) strbuf_putc(d->out, '*');
  if (p->kind == PARAM_KEYWORD_VARIADIC) strbuf_puts(d->out, "**");
  if (named) strbuf_put(d->out, name_text(p->name));
  else if (p->kind == PARAM_VARIADIC) strbuf_puts(d->out, "args");
  else if (p->kind == PARAM_KEYWORD_VARIADIC) strbuf_puts(d->out, "kwargs");
  bool stars = p->kind == PARAM_VARIADIC || p->kind == PARAM_KEYWORD_VARIADIC;
  if (typed) {
    if (named || stars) strbuf_puts(d->out, ": ");
    if (p->kind == PARAM_KEYWORD_VARIADIC && (p->flags & PARAM_UNPACKED)) {
      strbuf_puts(d->out, "**");
      bool unpacked = type_kind(p->type) == TYPE_KIND_UNPACKED;
      display_any(d, unpacked ? type_inner(p->type) : p->type);
    } else {
      display_any(d, p->type);
    }
  }
  if (!(p->flags & PARAM_HAS_DEFAULT)) return;
  strbuf_puts(d->out, typed ? " = " : "=");
  put_default(d, p);
}

/* The parameters from `from` on: `/` behind the last positional-only one, `*`
 * before the first keyword-only one. */
static void put_params(Display *d, SignatureView v) {
  bool star = false, first = true;
  for (uint32_t i = 0; i < v.n; i++) {
    const Param *p = &v.params[i];
    if (p->kind == PARAM_VARIADIC) star = true;
    if (p->kind == PARAM_KEYWORD_ONLY && !star) {
      strbuf_puts(d->out, first ? "*" : ", *");
      star = true;
      first = false;
    }
    if (!first) strbuf_puts(d->out, ", ");
    first = false;
    put_param(d, p);
    if (p->kind == PARAM_POSITIONAL_ONLY &&
        (i + 1 == v.n || v.params[i + 1].kind != PARAM_POSITIONAL_ONLY))
      strbuf_puts(d->out, ", /");
  }
}

/* (...), (**P@f), (int, /, *args: Any, **kwargs: Any), or the plain list. */
void display_param_list(Display *d, SignatureView v) {
  uint32_t at;
  if (v.flags & SIGNATURE_TOP) {
    strbuf_puts(d->out, "Top[(...)");
    return;
  }
  strbuf_putc(d->out, '(');
  if (v.flags & SIGNATURE_GRADUAL) {
    bool has_args = false;
    for (uint32_t i = 0; i < v.n; i++)
      has_args |= v.params[i].kind == PARAM_VARIADIC ||
                  v.params[i].kind == PARAM_KEYWORD_VARIADIC;
    if (v.n) put_params(d, v);
    if (v.n == 0) strbuf_puts(d->out, "...");
    else if (!has_args) strbuf_puts(d->out, ", *args: Any, **kwargs: Any");
  } else if (v.n == 2 && callable_has_param_spec(v, &at)) {
    strbuf_puts(d->out, "**");
    display_any(d, type_param_spec_of(v.params[0].type));
  } else {
    put_params(d, v);
  }
  strbuf_putc(d->out, ')');
}

/* ---- signatures ---------------------------------------------------------- */

static void put_type_params(Display *d, TypeSpan vars) {
  if (vars.n == 0) return;
  strbuf_putc(d->out, '[');
  for (uint32_t i = 0; i < vars.n; i++) {
    if (i) strbuf_puts(d->out, ", ");
    TypeVarView v = type_var_view(vars.v[i]);
    if (v.kind == TYPE_VAR_TUPLE) strbuf_putc(d->out, '*');
    if (v.kind == TYPE_VAR_PARAM_SPEC) strbuf_puts(d->out, "**");
    strbuf_put(d->out, name_text(v.name));
  }
  strbuf_putc(d->out, ']');
}

static bool is_arrow(TypeId t) { return type_kind(t) == TYPE_KIND_CALLABLE; }

/* Type variables that the signature binds are shown without their scope. */
static void put_one(Display *d, TypeId signature, NameId name) {
  SignatureView v = type_signature_view(signature);
  TypeSpan vars = type_args(v.type_params);
  const TypeId *bound = d->bound;
  uint32_t bound_n = d->bound_n;
  if (name.v) {
    strbuf_puts(d->out, "def ");
    strbuf_put(d->out, name_text(name));
  }
  if (d->functions >= CAP_DISPLAY_FUNCTION_DEPTH) {
    strbuf_puts(d->out, "(...)");
    return;
  }
  d->functions++;
  if (vars.n) d->bound = vars.v, d->bound_n = vars.n;
  put_type_params(d, vars);
  display_param_list(d, v);
  strbuf_puts(d->out, " -> ");
  if (is_arrow(v.returns)) display_member(d, v.returns);
  else display_any(d, v.returns);
  if (v.flags & SIGNATURE_TOP) strbuf_putc(d->out, ']');
  d->functions--;
  d->bound = bound;
  d->bound_n = bound_n;
}

/* (x: int) -> str; `name` in front: def f. */
void display_signature(Display *d, TypeId signature, NameId name) {
  if (type_kind(signature) == TYPE_KIND_CALLABLE) {
    put_one(d, signature, name);
    return;
  }
  if (type_kind(signature) != TYPE_KIND_OVERLOADED) {
    display_any(d, signature);
    return;
  }
  TypeSpan all = type_args(signature);
  strbuf_puts(d->out, "Overload[");
  for (uint32_t i = 0; i < all.n; i++) {
    if (i) strbuf_puts(d->out, ", ");
    put_one(d, all.v[i], (NameId){0});
  }
  strbuf_putc(d->out, ']');
}
