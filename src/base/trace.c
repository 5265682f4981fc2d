/* trace.c - spans in chains of chunks, one chain a thread; written as the
 * trace event format that Chrome and Perfetto read.
 *
 * A thread's first event makes its chain and links it into `threads` by a
 * releasing compare-exchange, which trace_write acquires; the events themselves
 * are ordered before trace_write by the end of the parallel phase.
 */
#include "base/trace.h"
#include "base/atomic.h"
#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <stdio.h>

enum { CHUNK_EVENTS = 2048 };

typedef struct {
  const char *name;
  uint64_t start; /* ns */
  uint64_t value; /* end in ns, or the counter's value */
  uint64_t cpu;   /* ns of processor time between start and end */
  uint32_t arg;
  char kind; /* the format's phase: X, i, C */
} Event;

typedef struct Chunk {
  struct Chunk *next;
  uint32_t n;
  Event events[CHUNK_EVENTS];
} Chunk;

typedef struct Thread {
  struct Thread *next;
  Chunk *first, *last;
  uint32_t id;
  char name[32];
} Thread;

bool trace_on;
static uint64_t trace_zero;
static AtomicPtr threads; /* Thread * */
static AtomicU32 n_threads, generation;
static __thread Thread *self;
static __thread uint32_t self_generation;

static Thread *thread_self(void) {
  uint32_t now = atomic_u32_load_relaxed(&generation);
  if (LIKELY(self && self_generation == now)) return self;
  Thread *t = (Thread *)mem_zalloc(sizeof *t);
  t->id = atomic_u32_fetch_add_relaxed(&n_threads, 1);
  self = t;
  self_generation = now;
  void *head = atomic_ptr_load_relaxed(&threads);
  do t->next = (Thread *)head;
  while (!atomic_ptr_cas_acq_rel(&threads, &head, t));
  return t;
}

static void add_event(Event e) {
  Thread *t = thread_self();
  if (UNLIKELY(!t->last || t->last->n == CHUNK_EVENTS)) {
    Chunk *c = (Chunk *)mem_alloc(sizeof *c);
    c->next = NULL;
    c->n = 0;
    if (t->last)
      t->last->next = c;
    else
      t->first = c;
    t->last = c;
  }
  t->last->events[t->last->n++] = e;
}

void trace_start(void) {
  trace_zero = clock_ns();
  trace_on = true;
}

void trace_thread_name(const char *name) {
  if (!trace_on) return;
  snprintf(thread_self()->name, sizeof self->name, "%s", name);
}

void trace_record(TraceSpan span, uint32_t arg) {
  uint64_t cpu = clock_thread_cpu_ns() - span.cpu;
  add_event((Event){span.name, span.start, clock_ns(), cpu, arg, 'X'});
}

void trace_instant(const char *name, uint32_t arg) {
  if (trace_on) add_event((Event){name, clock_ns(), 0, 0, arg, 'i'});
}

void trace_counter(const char *name, uint64_t value) {
  if (trace_on)
    add_event((Event){name, clock_ns(), value, 0, TRACE_NO_ARG, 'C'});
}

static double us(uint64_t ns) { return (double)ns / 1000.0; }

static void put_event(StrBuf *b, const Thread *t, const Event *e,
                      TraceArgName arg_name, void *ctx) {
  uint64_t at = e->start > trace_zero ? e->start - trace_zero : 0;
  strbuf_printf(b, ",\n{\"name\":\"%s\",\"ph\":\"%c\",\"pid\":1,\"tid\":%u,"
                   "\"ts\":%.3f",
                e->name, e->kind, t->id, us(at));
  if (e->kind == 'X')
    strbuf_printf(b, ",\"dur\":%.3f,\"tdur\":%.3f",
                  us(e->value - e->start), us(e->cpu));
  if (e->kind == 'i') strbuf_puts(b, ",\"s\":\"t\"");
  if (e->kind == 'C') {
    strbuf_printf(b, ",\"args\":{\"value\":%llu}",
                  (unsigned long long)e->value);
  } else if (e->arg != TRACE_NO_ARG) {
    char text[256] = "";
    if (arg_name) arg_name(ctx, e->name, e->arg, text, sizeof text);
    strbuf_printf(b, ",\"args\":{\"id\":%u", e->arg);
    if (text[0]) {
      strbuf_puts(b, ",\"what\":\"");
      strbuf_json(b, str_from(text));
      strbuf_putc(b, '"');
    }
    strbuf_putc(b, '}');
  }
  strbuf_putc(b, '}');
}

/* Writes what is in b and empties it. */
static bool put_out(FILE *f, StrBuf *b) {
  bool ok = fwrite(b->ptr, 1, b->len, f) == b->len;
  strbuf_clear(b);
  return ok;
}

static bool put_thread(FILE *f, StrBuf *b, const Thread *t,
                       TraceArgName arg_name, void *ctx) {
  strbuf_printf(b, ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,"
                   "\"tid\":%u,\"args\":{\"name\":\"%s\"}}",
                t->id, t->name[0] ? t->name : "main");
  for (const Chunk *c = t->first; c; c = c->next) {
    for (uint32_t i = 0; i < c->n; i++)
      put_event(b, t, &c->events[i], arg_name, ctx);
    if (!put_out(f, b)) return false;
  }
  return put_out(f, b);
}

bool trace_write(const char *path, TraceArgName arg_name, void *ctx,
                 Err *err) {
  trace_on = false;
  FILE *f = fopen(path, "w");
  if (!f) return err_set(err, "%s: %s", path, strerror(errno));
  Arena *a = arena_create("trace");
  StrBuf b;
  strbuf_init(&b, a);
  strbuf_puts(&b, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
                  "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,"
                  "\"args\":{\"name\":\"taipan\"}}");
  bool ok = put_out(f, &b);
  const Thread *t = (const Thread *)atomic_ptr_load_acquire(&threads);
  for (; t && ok; t = t->next) ok = put_thread(f, &b, t, arg_name, ctx);
  ok = ok && fputs("\n]}\n", f) >= 0;
  ok = fclose(f) == 0 && ok;
  arena_destroy(a);
  if (!ok) return err_set(err, "%s: %s", path, strerror(errno));
  return true;
}

void trace_free(void) {
  trace_on = false;
  Thread *t = (Thread *)atomic_ptr_exchange_acq_rel(&threads, NULL);
  atomic_u32_fetch_add_relaxed(&generation, 1);
  atomic_u32_store_relaxed(&n_threads, 0);
  while (t) {
    Thread *next = t->next;
    for (Chunk *c = t->first; c;) {
      Chunk *after = c->next;
      mem_free(c);
      c = after;
    }
    mem_free(t);
    t = next;
  }
}
