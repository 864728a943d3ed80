// What the modes of the grpc++ peer share: names, payloads and the clock.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

inline constexpr char kUnary[] = "/bench.Echo/Unary";
inline constexpr char kStream[] = "/bench.Echo/Stream";

struct Medians {
  double unary_64;
  double unary_65536;
  double stream_64;
};

inline grpc::ByteBuffer Message(size_t bytes) {
  const grpc::Slice slice(std::string(bytes, '\7'));
  return grpc::ByteBuffer(&slice, 1);
}

inline void Check(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "grpc++ benchmark: %s\n", what);
  std::exit(1);
}

class Samples {
 public:
  explicit Samples(int calls) : warm_up_(calls / 5), calls_(calls) { values_.reserve(warm_up_ + calls); }

  bool complete() const { return values_.size() == static_cast<size_t>(warm_up_ + calls_); }
  void Start() { start_ = std::chrono::steady_clock::now(); }
  void Stop() {
    values_.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start_).count());
  }

  double Median() {
    values_.erase(values_.begin(), values_.begin() + warm_up_);
    std::nth_element(values_.begin(), values_.begin() + values_.size() / 2, values_.end());
    return values_[values_.size() / 2];
  }

 private:
  int warm_up_;
  int calls_;
  std::vector<double> values_;
  std::chrono::steady_clock::time_point start_;
};

// A service with one unary and one bidirectional method on raw byte buffers; a mode says how they are served.
class EchoService : public grpc::Service {
 public:
  EchoService(grpc::internal::MethodHandler *unary, grpc::internal::MethodHandler *stream) {
    using grpc::internal::RpcMethod;
    using grpc::internal::RpcServiceMethod;
    AddMethod(new RpcServiceMethod(kUnary, RpcMethod::NORMAL_RPC, unary));
    AddMethod(new RpcServiceMethod(kStream, RpcMethod::BIDI_STREAMING, stream));
  }
};

inline std::unique_ptr<grpc::Server> StartServer(grpc::Service *service, int *port,
                                                 const std::function<void(grpc::ServerBuilder &)> &configure) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), port);
  builder.SetMaxReceiveMessageSize(8 << 20);
  builder.RegisterService(service);
  configure(builder);
  auto server = builder.BuildAndStart();
  Check(server != nullptr && *port > 0, "no server");
  return server;
}

inline std::shared_ptr<grpc::Channel> Connect(int port) {
  auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  Check(channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)), "no connection");
  return channel;
}

Medians RunSync(int calls);
Medians RunCallback(int calls);
Medians RunCompletionQueue(int calls);

}  // namespace bench
