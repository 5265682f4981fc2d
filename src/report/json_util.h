/* json_util.h - small helpers over cJSON.
 *
 * Layer: report.  Memory: cJSON's, released by json_print.  Threads: serial.
 */
#ifndef REPORT_JSON_UTIL_H
#define REPORT_JSON_UTIL_H

#include "base/str.h"
#include <cjson/cJSON.h>
#include <stdio.h>

/* Adds a string; bytes that are not UTF-8 become U+FFFD. */
void json_string(cJSON *object, const char *key, Str text);
/* The same as an item of an array or a free value. */
cJSON *json_make_string(Str text);
/* Adds a whole number below 2^53. */
void json_number(cJSON *object, const char *key, uint64_t number);
/* Prints `value` on one line without a line end, and deletes it. */
void json_print(FILE *file, cJSON *value);

#endif
