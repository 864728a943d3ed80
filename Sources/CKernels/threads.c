// A pool of threads for the parts of one job at a time: fork and join by cache lines, sleep by futex.
//
// Every thread has a seat, a cache line of its own through which jobs reach it: the job's number and the thread's
// contiguous share of its parts, in one word. Its owner takes parts from the front of that word, others from the back
// once their own are done, so each thread streams through its own stretch of memory and yet a thread that sleeps or
// lost its CPU holds up nobody by more than the part it is at. The word's number makes late threads harmless: a claim
// succeeds only on a share that is still there, and a job ends only when every claimed part has run, so whoever holds
// a claim reads the body that belongs to it.
//
// Who waits looks at one word for 20 microseconds, or 200 where every thread has a CPU of its own, and then sleeps in
// the kernel: the first outlasts the wait for another's last part, the second also what a microbatch computes on one
// thread between two jobs. It does not yield instead: that may cost milliseconds where others want the CPU, and whoever
// is woken gets it from a thread that only looks. An idle pool costs nothing.
#define _GNU_SOURCE
#include "Threads.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
  /// Two cache lines: processors fetch them in pairs.
  LINE_BYTES = 128,
  /// Looks at a word between two looks at the clock: 1 to 2 microseconds.
  LOOKS = 32,
  /// With the looks before the clock is first read and those after it was last read, 20 microseconds.
  SPIN_NS = 16000,
  PINNED_SPIN_NS = 200000,
  /// A job of more parts runs as several.
  PARTS_MAX = 0xffff,
  /// In `pending`: the caller sleeps.
  CALLER_ASLEEP = 1 << 30,
};

typedef void (*Body)(void *context, size_t part);
typedef _Atomic uint32_t Word;

/// A job's number in the upper half, then the first part of a share and the part after its last.
typedef _Atomic uint64_t Share;

typedef struct Seat {
  _Alignas(LINE_BYTES) Share share;
  /// Of the job in `share`, to be read by who holds a claim on one of its parts.
  Body body;
  void *context;
  /// Added to every part.
  size_t base;
  /// How many threads have a share of the job.
  Word sharers;
  /// 1 while the thread sleeps; the futex it sleeps on.
  Word asleep;
  uint32_t index;
  OctavoThreads *threads;
} Seat;

struct OctavoThreads {
  // Constant once the threads run.
  uint32_t count;
  Seat *seats;
  pthread_t *handles;
  /// A CPU a thread, or NULL.
  uint32_t *cpus;
  /// The caller's own: the number of the last job.
  uint32_t job;
  /// Parts of the job that have not run.
  _Alignas(LINE_BYTES) Word pending;
  /// Helpers that sleep or are about to.
  _Alignas(LINE_BYTES) Word sleepers;
  Word stopping;
};

static uint32_t number_of(uint64_t share) { return (uint32_t)(share >> 32); }
static uint32_t begin_of(uint64_t share) { return (uint32_t)share >> 16; }
static uint32_t end_of(uint64_t share) { return (uint32_t)share & PARTS_MAX; }

static uint64_t make_share(uint32_t job, size_t begin, size_t end) {
  return (uint64_t)job << 32 | (uint64_t)begin << 16 | end;
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void sleep_on(Word *word, uint32_t seen) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0); }

static void wake(Word *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); }

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// How long one wait has lasted.
typedef struct Patience {
  uint32_t looks;
  uint64_t start_ns;
} Patience;

/// Passes a moment between two looks at a word. Returns 0 once it is time to sleep.
static int spin(const OctavoThreads *threads, Patience *patience) {
  relax();
  if (++patience->looks % LOOKS != 0) return 1;
  // A pause takes 40 to 140 cycles, as the processor likes: only a clock says how long it was.
  uint64_t now = now_ns();
  if (patience->start_ns == 0) patience->start_ns = now;
  return now - patience->start_ns < (threads->cpus ? PINNED_SPIN_NS : SPIN_NS);
}

/// Claims the first part of the thread's own share of `job`.
static int take_first(Seat *seat, uint32_t job, uint32_t *part) {
  uint64_t seen = atomic_load_explicit(&seat->share, memory_order_acquire);
  while (number_of(seen) == job && begin_of(seen) < end_of(seen)) {
    *part = begin_of(seen);
    if (atomic_compare_exchange_weak_explicit(&seat->share, &seen, make_share(job, *part + 1, end_of(seen)),
                                              memory_order_acquire, memory_order_acquire)) {
      return 1;
    }
  }
  return 0;
}

/// Claims the last part of another's share of `job`.
static int take_last(Seat *victim, uint32_t job, uint32_t *part) {
  uint64_t seen = atomic_load_explicit(&victim->share, memory_order_acquire);
  while (number_of(seen) == job && begin_of(seen) < end_of(seen)) {
    *part = end_of(seen) - 1;
    if (atomic_compare_exchange_weak_explicit(&victim->share, &seen, make_share(job, begin_of(seen), *part),
                                              memory_order_acquire, memory_order_acquire)) {
      return 1;
    }
  }
  return 0;
}

/// Runs what is left of `job`, the thread's own share first. Returns how many parts it ran.
static uint32_t work(OctavoThreads *threads, Seat *seat, uint32_t job) {
  uint32_t done = 0;
  uint32_t part;
  for (; take_first(seat, job, &part); done++) seat->body(seat->context, seat->base + part);
  // One that has changed since belongs to another job, of which nothing can be claimed by this one's number.
  uint32_t sharers = atomic_load_explicit(&seat->sharers, memory_order_relaxed);
  for (uint32_t i = 1; i < sharers; i++) {
    Seat *victim = &threads->seats[(seat->index + i) % sharers];
    for (; take_last(victim, job, &part); done++) seat->body(seat->context, seat->base + part);
  }
  return done;
}

/// Waits for a job that is not `seen`, and returns its number.
static uint32_t wait_for_job(OctavoThreads *threads, Seat *seat, uint32_t seen) {
  Patience patience = {0};
  uint32_t job;
  do {
    job = number_of(atomic_load_explicit(&seat->share, memory_order_acquire));
    if (job != seen) return job;
  } while (spin(threads, &patience));
  atomic_fetch_add(&threads->sleepers, 1);
  for (;;) {
    // Announced before the last look at the share, and the caller writes the share before it looks here: one of the
    // two sees the other. Again each time, since the caller's call for the job before may come late.
    atomic_store(&seat->asleep, 1);
    job = number_of(atomic_load(&seat->share));
    if (job != seen) break;
    sleep_on(&seat->asleep, 1);
  }
  atomic_fetch_sub(&threads->sleepers, 1);
  atomic_store(&seat->asleep, 0);
  return job;
}

static void *help(void *argument) {
  Seat *seat = argument;
  OctavoThreads *threads = seat->threads;
  pthread_setname_np(pthread_self(), "octavo-compute");
  if (threads->cpus) octavo_cpus_pin(&threads->cpus[seat->index], 1);
  for (uint32_t job = 0;;) {
    job = wait_for_job(threads, seat, job);
    if (atomic_load_explicit(&threads->stopping, memory_order_relaxed)) return NULL;
    uint32_t done = work(threads, seat, job);
    if (done == 0) continue;
    uint32_t before = atomic_fetch_sub_explicit(&threads->pending, done, memory_order_acq_rel);
    if (before == (CALLER_ASLEEP | done)) wake(&threads->pending);
  }
}

/// Wakes those of the first `sharers` threads that sleep; their shares are written.
static void wake_helpers(OctavoThreads *threads, uint32_t sharers) {
  atomic_thread_fence(memory_order_seq_cst);
  if (atomic_load(&threads->sleepers) == 0) return;
  for (uint32_t i = 1; i < sharers; i++) {
    if (atomic_exchange(&threads->seats[i].asleep, 0)) wake(&threads->seats[i].asleep);
  }
}

static void wait_for_helpers(OctavoThreads *threads) {
  Patience patience = {0};
  do {
    if (atomic_load_explicit(&threads->pending, memory_order_acquire) == 0) return;
  } while (spin(threads, &patience));
  uint32_t seen = atomic_fetch_or(&threads->pending, CALLER_ASLEEP) | CALLER_ASLEEP;
  while (seen != CALLER_ASLEEP) {
    sleep_on(&threads->pending, seen);
    seen = atomic_load(&threads->pending);
  }
}

/// Runs at most PARTS_MAX parts.
static void run_job(OctavoThreads *threads, size_t base, size_t parts, Body body, void *context) {
  uint32_t job = ++threads->job;
  uint32_t sharers = parts < threads->count ? (uint32_t)parts : threads->count;
  atomic_store_explicit(&threads->pending, (uint32_t)parts, memory_order_relaxed);
  for (uint32_t i = sharers; i-- > 0;) {
    Seat *seat = &threads->seats[i];
    seat->body = body;
    seat->context = context;
    seat->base = base;
    atomic_store_explicit(&seat->sharers, sharers, memory_order_relaxed);
    uint64_t share = make_share(job, parts * i / sharers, parts * (i + 1) / sharers);
    atomic_store_explicit(&seat->share, share, memory_order_release);
  }
  wake_helpers(threads, sharers);
  uint32_t done = work(threads, &threads->seats[0], job);
  if (atomic_fetch_sub_explicit(&threads->pending, done, memory_order_acq_rel) != done) wait_for_helpers(threads);
}

void octavo_threads_run(OctavoThreads *threads, size_t parts, Body body, void *context) {
  if (threads->count == 1 || parts < 2) {
    for (size_t part = 0; part < parts; part++) body(context, part);
    return;
  }
  for (size_t base = 0; base < parts; base += PARTS_MAX) {
    run_job(threads, base, parts - base < PARTS_MAX ? parts - base : PARTS_MAX, body, context);
  }
}

static OctavoThreads *allocate(size_t count, const uint32_t *cpus) {
  OctavoThreads *threads = aligned_alloc(LINE_BYTES, sizeof *threads);
  if (!threads) return NULL;
  memset(threads, 0, sizeof *threads);
  threads->seats = aligned_alloc(LINE_BYTES, count * sizeof *threads->seats);
  threads->handles = calloc(count, sizeof *threads->handles);
  if (cpus) threads->cpus = calloc(count, sizeof *cpus);
  if (!threads->seats || !threads->handles || (cpus && !threads->cpus)) {
    octavo_threads_destroy(threads);
    return NULL;
  }
  memset(threads->seats, 0, count * sizeof *threads->seats);
  if (cpus) memcpy(threads->cpus, cpus, count * sizeof *cpus);
  return threads;
}

OctavoThreads *octavo_threads_create_pinned(size_t count, const uint32_t *cpus) {
  OctavoThreads *threads = allocate(count, cpus);
  if (!threads) return NULL;
  for (threads->count = 1; threads->count < count; threads->count++) {
    Seat *seat = &threads->seats[threads->count];
    seat->index = threads->count;
    seat->threads = threads;
    if (pthread_create(&threads->handles[threads->count], NULL, help, seat) != 0) {
      octavo_threads_destroy(threads);
      return NULL;
    }
  }
  return threads;
}

OctavoThreads *octavo_threads_create(size_t count) { return octavo_threads_create_pinned(count, NULL); }

void octavo_threads_destroy(OctavoThreads *threads) {
  atomic_store(&threads->stopping, 1);
  uint64_t share = make_share(++threads->job, 0, 0);
  for (uint32_t i = 1; i < threads->count; i++) atomic_store(&threads->seats[i].share, share);
  wake_helpers(threads, threads->count);
  for (uint32_t i = 1; i < threads->count; i++) pthread_join(threads->handles[i], NULL);
  free(threads->cpus);
  free(threads->handles);
  free(threads->seats);
  free(threads);
}
