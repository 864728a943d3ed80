// The peer of the RPC benchmark: grpc++ on raw byte buffers, both ends in this process.
// usage: bench-grpcpp sync|callback|queue CALLS; prints the medians in microseconds as JSON.
#include <cstring>

#include "bench.h"

int main(int argc, char **argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const int calls = argc > 2 ? std::atoi(argv[2]) : 5000;
  bench::Check(calls > 0, "CALLS must be a positive number");
  bench::Medians medians{};
  if (mode == "sync") {
    medians = bench::RunSync(calls);
  } else if (mode == "callback") {
    medians = bench::RunCallback(calls);
  } else if (mode == "queue") {
    medians = bench::RunCompletionQueue(calls);
  } else {
    bench::Check(false, "the mode must be sync, callback or queue");
  }
  std::printf("{\"unary-64\": %.3f, \"unary-65536\": %.3f, \"stream-64\": %.3f}\n", medians.unary_64,
              medians.unary_65536, medians.stream_64);
  return 0;
}
