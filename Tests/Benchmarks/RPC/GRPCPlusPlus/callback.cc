// Reactors on both sides: gRPC's own threads run everything, each answer's callback starts the next call.
#include <grpcpp/impl/codegen/client_callback.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <atomic>
#include <future>

#include "bench.h"

namespace bench {
namespace {

using grpc::ByteBuffer;
using grpc::internal::RpcMethod;

class EchoReactor : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  EchoReactor() { StartRead(&message_); }
  void OnReadDone(bool ok) override { ok ? StartWrite(&message_) : Finish(grpc::Status::OK); }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&message_);
  }
  void OnDone() override { delete this; }

 private:
  ByteBuffer message_;
};

class UnaryLoop {
 public:
  UnaryLoop(grpc::Channel *channel, const RpcMethod &method, int calls, size_t bytes)
      : channel_(channel), method_(method), request_(Message(bytes)), samples_(calls) {}

  double Run() {
    Next();
    done_.get_future().wait();
    return samples_.Median();
  }

 private:
  void Next() {
    samples_.Start();
    context_ = std::make_unique<grpc::ClientContext>();
    answer_.Clear();
    grpc::internal::CallbackUnaryCall<ByteBuffer, ByteBuffer>(channel_, method_, context_.get(), &request_, &answer_,
                                                              [this](const grpc::Status &status) { Done(status); });
  }

  void Done(const grpc::Status &status) {
    Check(status.ok() && answer_.Length() == request_.Length(), "a unary call failed");
    samples_.Stop();
    samples_.complete() ? done_.set_value() : Next();
  }

  grpc::Channel *channel_;
  const RpcMethod &method_;
  const ByteBuffer request_;
  ByteBuffer answer_;
  Samples samples_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::promise<void> done_;
};

class PingPong : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  PingPong(int calls, size_t bytes) : message_(Message(bytes)), samples_(calls) {}

  double Run(grpc::Channel *channel, const RpcMethod &method) {
    grpc::internal::ClientCallbackReaderWriterFactory<ByteBuffer, ByteBuffer>::Create(channel, method, &context_, this);
    Next();
    StartCall();
    done_.get_future().wait();
    return samples_.Median();
  }

  void OnWriteDone(bool ok) override { Half(ok); }
  void OnReadDone(bool ok) override {
    if (!ended_) return Half(ok);
    Check(!ok, "the stream went on");
  }
  void OnDone(const grpc::Status &status) override {
    Check(status.ok(), "the stream ended badly");
    done_.set_value();
  }

 private:
  void Next() {
    halves_ = 2;
    samples_.Start();
    StartRead(&answer_);
    StartWrite(&message_);
  }

  // The write and the read of one exchange end in either order; the second starts the next exchange.
  void Half(bool ok) {
    Check(ok, "the stream broke off");
    if (--halves_ > 0) return;
    samples_.Stop();
    if (!samples_.complete()) return Next();
    ended_ = true;
    StartRead(&answer_);
    StartWritesDone();
  }

  const ByteBuffer message_;
  ByteBuffer answer_;
  Samples samples_;
  grpc::ClientContext context_;
  std::atomic<int> halves_{0};
  bool ended_ = false;
  std::promise<void> done_;
};

grpc::ServerUnaryReactor *EchoUnary(grpc::CallbackServerContext *context, const ByteBuffer *request,
                                    ByteBuffer *answer) {
  *answer = *request;
  auto *reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

class CallbackService : public grpc::Service {
 public:
  CallbackService() {
    using grpc::internal::RpcServiceMethod;
    AddMethod(new RpcServiceMethod(kUnary, RpcMethod::NORMAL_RPC, nullptr));
    AddMethod(new RpcServiceMethod(kStream, RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodRawCallback(0, new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(EchoUnary));
    MarkMethodRawCallback(1, new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                                 [](grpc::CallbackServerContext *) { return new EchoReactor; }));
  }
};

}  // namespace

Medians RunCallback(int calls) {
  CallbackService service;
  int port = 0;
  const auto server = StartServer(&service, &port, [](grpc::ServerBuilder &) {});
  Medians medians;
  {
    const auto channel = Connect(port);
    const RpcMethod unary(kUnary, nullptr, RpcMethod::NORMAL_RPC, channel);
    const RpcMethod stream(kStream, nullptr, RpcMethod::BIDI_STREAMING, channel);
    medians.unary_64 = UnaryLoop(channel.get(), unary, calls, 64).Run();
    medians.unary_65536 = UnaryLoop(channel.get(), unary, calls, 65536).Run();
    medians.stream_64 = PingPong(calls, 64).Run(channel.get(), stream);
  }
  server->Shutdown();
  return medians;
}

}  // namespace bench
