// gRPC C-core's C interface, as Debian's libgrpc-dev has it: the headers that RPC needs and no others. RPC and the
// shims are the only importers. The module map links grpc and gpr by name, because pkg-config would expand to every
// part of abseil.
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
