/* scanner.c - Python's external scanner, whose state is set less often.
 *
 * The library sets the scanner's state from its serialised form before each token
 * that the scanner might find, though it is nearly always what the scanner
 * has: a scan that finds nothing leaves the state as it was, and after one that
 * finds something the library asks for the serialised form.  So that form is kept,
 * and setting what is kept already does nothing.
 */
#define tree_sitter_python_external_scanner_create create_any
#define tree_sitter_python_external_scanner_serialize serialize_any
#define tree_sitter_python_external_scanner_deserialize deserialize_any
/* The parser is forgotten with its memory (cst_memory.c), so this must be of it
 * too. */
#define calloc ts_calloc
#define free ts_free
#include GRAMMAR_SCANNER

#undef tree_sitter_python_external_scanner_create
#undef tree_sitter_python_external_scanner_serialize
#undef tree_sitter_python_external_scanner_deserialize

enum { KEPT_MOST = 250 }; /* a longer form may have left something out */

typedef struct {
  Scanner scanner; /* first: scan sees this */
  unsigned length; /* over KEPT_MOST: nothing is kept */
  char state[KEPT_MOST];
} KeptScanner;

static void keep(KeptScanner *kept, const char *buffer, unsigned length) {
  kept->length = length;
  if (length > 0 && length <= KEPT_MOST) memcpy(kept->state, buffer, length);
}

void *tree_sitter_python_external_scanner_create(void);
void *tree_sitter_python_external_scanner_create(void) {
  KeptScanner *kept = ts_calloc(1, sizeof *kept);
  deserialize_any(kept, NULL, 0);
  return kept;
}

unsigned tree_sitter_python_external_scanner_serialize(void *payload,
                                                       char *buffer);
unsigned tree_sitter_python_external_scanner_serialize(void *payload,
                                                       char *buffer) {
  unsigned length = serialize_any(payload, buffer);
  keep(payload, buffer, length);
  return length;
}

void tree_sitter_python_external_scanner_deserialize(void *payload,
                                                     const char *buffer,
                                                     unsigned length);
void tree_sitter_python_external_scanner_deserialize(void *payload,
                                                     const char *buffer,
                                                     unsigned length) {
  KeptScanner *kept = payload;
  if (length == kept->length && length <= KEPT_MOST &&
      (length == 0 || memcmp(buffer, kept->state, length) == 0))
    return;
  deserialize_any(payload, buffer, length);
  keep(kept, buffer, length);
}
