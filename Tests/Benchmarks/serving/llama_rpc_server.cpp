// A server of llama.cpp's RPC with one CPU thread: its source distribution brings the library without one.
//
//     rpc_server HOST:PORT

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml-rpc.h"

int main(int count, char** words) {
  if (count != 2) {
    return 64;
  }
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  ggml_backend_rpc_start_server(words[1], nullptr, 1, 1, &device);
  return 0;
}
