#define _GNU_SOURCE
#include "CGRPCShims.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OCTAVO_GRPC_THREAD_SANITIZER 1
#endif
#endif

#ifdef OCTAVO_GRPC_THREAD_SANITIZER
void __tsan_acquire(void *address);
void __tsan_release(void *address);

void octavo_grpc_handed_over(const void *address) { __tsan_release((void *)address); }
void octavo_grpc_taken_over(const void *address) { __tsan_acquire((void *)address); }
void *octavo_grpc_anchor_make(void) { return malloc(1); }
#else
void octavo_grpc_handed_over(const void *address) { (void)address; }
void octavo_grpc_taken_over(const void *address) { (void)address; }
void *octavo_grpc_anchor_make(void) { return NULL; }
#endif

void octavo_grpc_anchor_free(void *anchor) { free(anchor); }

void octavo_grpc_name_thread(const char *name) {
  char cut[16];
  snprintf(cut, sizeof cut, "%s", name);
  pthread_setname_np(pthread_self(), cut);
}
