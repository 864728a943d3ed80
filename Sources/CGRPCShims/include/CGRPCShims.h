#pragma once

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <stddef.h>
#include <stdint.h>

// What Swift cannot import from gRPC's headers (function-like macros), the storage of batches that need a
// stable address, and the hand-over of tags as the thread sanitizer must see it.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OCTAVO_GRPC_THREAD_SANITIZER 1
#endif
#endif

#ifdef OCTAVO_GRPC_THREAD_SANITIZER
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#endif

// Everything written before a tag is given to gRPC happens before everything after it is taken back.
// libgrpc is not built for the sanitizer, so its queue's own synchronization is invisible there.
static inline void octavo_grpc_tag_given(void *tag) {
#ifdef OCTAVO_GRPC_THREAD_SANITIZER
  __tsan_release(tag);
#else
  (void)tag;
#endif
}

static inline void octavo_grpc_tag_taken(void *tag) {
#ifdef OCTAVO_GRPC_THREAD_SANITIZER
  __tsan_acquire(tag);
#else
  (void)tag;
#endif
}

static inline size_t octavo_grpc_slice_length(const grpc_slice *slice) { return GRPC_SLICE_LENGTH(*slice); }

static inline const uint8_t *octavo_grpc_slice_bytes(const grpc_slice *slice) { return GRPC_SLICE_START_PTR(*slice); }

static inline uint8_t *octavo_grpc_slice_bytes_mutable(grpc_slice *slice) { return GRPC_SLICE_START_PTR(*slice); }

static inline uint32_t octavo_grpc_propagate_defaults(void) { return GRPC_PROPAGATE_DEFAULTS; }

// Names the calling thread, cut at 15 bytes.
void octavo_grpc_name_thread(const char *name);

// What a client call's batches write, at an address that stays while a batch is in flight.
typedef struct octavo_grpc_client_results {
  grpc_metadata_array initial_metadata;
  grpc_metadata_array trailing_metadata;
  grpc_byte_buffer *message;
  grpc_status_code code;
  grpc_slice details;
  const char *error;
} octavo_grpc_client_results;

// What the arrival of a call at a server writes.
typedef struct octavo_grpc_arrival {
  grpc_call *call;
  grpc_metadata_array metadata;
  gpr_timespec deadline;
  grpc_byte_buffer *message;
  grpc_call_details details;
} octavo_grpc_arrival;
