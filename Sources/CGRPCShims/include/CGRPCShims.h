#pragma once

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <stddef.h>
#include <stdint.h>

// What Swift cannot import from gRPC's headers (function-like macros), the storage of batches that need a
// stable address, and hand-overs as the thread sanitizer must see them.

// For the thread sanitizer, nothing otherwise: what was written before `octavo_grpc_handed_over` of an address
// happens before what follows `octavo_grpc_taken_over` of it. libgrpc and the standard library's Mutex are not
// built for the sanitizer, so it sees neither a queue nor a lock by itself.
void octavo_grpc_handed_over(const void *address);
void octavo_grpc_taken_over(const void *address);

// An address that stands for a lock, for the thread sanitizer; null otherwise.
void *octavo_grpc_anchor_make(void);
void octavo_grpc_anchor_free(void *anchor);

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
