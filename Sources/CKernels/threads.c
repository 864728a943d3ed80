// A pool of threads for the parts of one job at a time. Who waits spins briefly and then sleeps in the kernel, so an
// idle pool costs nothing.
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CKernels.h"

enum {
  /// Looks at a word before sleeping on it: some 10 to 20 microseconds.
  SPINS_MAX = 400,
  /// Above any number of helpers.
  OPEN = 1 << 30,
};

typedef _Atomic uint32_t Word;

struct OctavoThreads {
  size_t helpers;
  pthread_t *handles;
  void (*body)(void *context, size_t part);
  void *context;
  size_t parts;
  _Atomic size_t next_part;
  /// Counts jobs; helpers wait for it to move.
  Word job;
  /// OPEN while helpers may join the job, plus the number of them at work. A helper that wakes too late finds it
  /// closed, so that nobody ever waits for a sleeper.
  Word state;
  /// Threads asleep on `job` or `state`.
  Word sleepers;
  _Atomic int stopping;
};

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Returns once *word is not `seen` any more.
static void wait_while(OctavoThreads *threads, Word *word, uint32_t seen) {
  for (int spin = 0; spin < SPINS_MAX; spin++) {
    if (atomic_load_explicit(word, memory_order_acquire) != seen) return;
    relax();
  }
  // Announced before the last look at the word, and wakers change the word before they look here: one sees the other.
  atomic_fetch_add(&threads->sleepers, 1);
  while (atomic_load(word) == seen) syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
  atomic_fetch_sub(&threads->sleepers, 1);
}

static void wake_sleepers(OctavoThreads *threads, Word *word) {
  if (atomic_load(&threads->sleepers) > 0) syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void run_parts(OctavoThreads *threads) {
  for (;;) {
    size_t part = atomic_fetch_add_explicit(&threads->next_part, 1, memory_order_relaxed);
    if (part >= threads->parts) return;
    threads->body(threads->context, part);
  }
}

/// Takes part in the open job, if there is one.
static void join_job(OctavoThreads *threads) {
  uint32_t state = atomic_load(&threads->state);
  do {
    if (!(state & OPEN)) return;
  } while (!atomic_compare_exchange_weak(&threads->state, &state, state + 1));
  run_parts(threads);
  if (atomic_fetch_sub(&threads->state, 1) == 1) wake_sleepers(threads, &threads->state);
}

static void *help(void *argument) {
  OctavoThreads *threads = argument;
  uint32_t seen = 0;
  for (;;) {
    wait_while(threads, &threads->job, seen);
    seen = atomic_load(&threads->job);
    if (atomic_load(&threads->stopping)) return NULL;
    join_job(threads);
  }
}

static void announce_job(OctavoThreads *threads) {
  atomic_fetch_add(&threads->job, 1);
  wake_sleepers(threads, &threads->job);
}

OctavoThreads *octavo_threads_create(size_t count) {
  OctavoThreads *threads = calloc(1, sizeof *threads);
  if (!threads) return NULL;
  threads->handles = calloc(count, sizeof *threads->handles);
  if (!threads->handles) {
    free(threads);
    return NULL;
  }
  for (size_t i = 1; i < count; i++) {
    if (pthread_create(&threads->handles[threads->helpers], NULL, help, threads) != 0) {
      octavo_threads_destroy(threads);
      return NULL;
    }
    threads->helpers++;
  }
  return threads;
}

void octavo_threads_destroy(OctavoThreads *threads) {
  atomic_store(&threads->stopping, 1);
  announce_job(threads);
  for (size_t i = 0; i < threads->helpers; i++) pthread_join(threads->handles[i], NULL);
  free(threads->handles);
  free(threads);
}

void octavo_threads_run(OctavoThreads *threads, size_t parts, void (*body)(void *context, size_t part), void *context) {
  if (threads->helpers == 0 || parts < 2) {
    for (size_t part = 0; part < parts; part++) body(context, part);
    return;
  }
  threads->body = body;
  threads->context = context;
  threads->parts = parts;
  atomic_store_explicit(&threads->next_part, 0, memory_order_relaxed);
  atomic_store(&threads->state, OPEN);
  announce_job(threads);
  run_parts(threads);
  uint32_t busy = atomic_fetch_sub(&threads->state, OPEN) - OPEN;
  while (busy != 0) {
    wait_while(threads, &threads->state, busy);
    busy = atomic_load(&threads->state);
  }
}
