/* requires.c - the lower bound of a `requires-python` specifier. */
#include "driver/config.h"

static PythonVersion clamp(PythonVersion v) {
  if (v.minor < PYTHON_VERSION_MIN.minor) return PYTHON_VERSION_MIN;
  if (v.minor > PYTHON_VERSION_MAX.minor) return PYTHON_VERSION_MAX;
  return v;
}

bool requires_lower_bound(Str specifier, PythonVersion *out) {
  Str rest = specifier, part;
  while (rest.len && str_split(&rest, ',', &part)) {
    part = str_trim(part);
    uint32_t op = 0;
    while (op < part.len && memchr("<>=~!", part.ptr[op], 5)) op++;
    Str operator= str_slice(part, 0, op), text;
    text = str_trim(str_from_byte(part, op));
    bool above = str_is(operator, ">");
    if (!above && !str_is(operator, ">=") && !str_is(operator, "~=") &&
        !str_is(operator, "=="))
      continue;
    Str major, minor;
    uint64_t x, y = 0;
    str_split(&text, '.', &major);
    if (!str_to_u64(major, &x) || x > 99) continue;
    bool has_minor =
        text.ptr && str_split(&text, '.', &minor) && str_to_u64(minor, &y);
    if (x > 3) return *out = PYTHON_VERSION_MAX, true;
    if (x < 3) return *out = PYTHON_VERSION_MIN, true;
    if (!has_minor) y = 0;
    if (above && has_minor && text.ptr == NULL) y++; /* >3.8 is 3.9 */
    *out = clamp((PythonVersion){3, (uint8_t)MIN(y, 99)});
    return true;
  }
  return false;
}
