/* class_check.c - what is wrong with a class statement. */
#include "infer/class.h"
#include "infer/func.h"

void class_check(Ctx *ctx, DefId def) {
  (void)ctx;
  (void)def;
}
