#include "report/json_util.h"

cJSON *json_make_string(Str text) {
  Arena *scratch = arena_create("json");
  StrBuf clean;
  strbuf_init(&clean, scratch);
  strbuf_reserve(&clean, text.len + 1);
  for (uint32_t i = 0; i < text.len;) {
    uint32_t from = i, cp = utf8_next(text, &i);
    if (cp == UTF8_BAD) strbuf_puts(&clean, "\xEF\xBF\xBD");
    else if (cp) strbuf_put(&clean, str_slice(text, from, i));
  }
  cJSON *value = cJSON_CreateString(clean.len ? clean.ptr : "");
  arena_destroy(scratch);
  return value;
}

void json_string(cJSON *object, const char *key, Str text) {
  cJSON_AddItemToObject(object, key, json_make_string(text));
}

void json_number(cJSON *object, const char *key, uint64_t number) {
  cJSON_AddNumberToObject(object, key, (double)number);
}

void json_print(FILE *file, cJSON *value) {
  char *text = cJSON_PrintUnformatted(value);
  if (text) fputs(text, file);
  cJSON_free(text);
  cJSON_Delete(value);
}
