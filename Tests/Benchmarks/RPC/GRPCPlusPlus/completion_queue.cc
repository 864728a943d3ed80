// A completion queue and a thread for the server, another queue polled by the client's thread.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include <thread>

#include "bench.h"

namespace bench {
namespace {

using grpc::ByteBuffer;

class QueueService : public EchoService {
 public:
  QueueService() : EchoService(nullptr, nullptr) {
    MarkMethodRaw(0);
    MarkMethodRaw(1);
  }
  using grpc::Service::RequestAsyncBidiStreaming;
  using grpc::Service::RequestAsyncUnary;
};

class ServerCall {
 public:
  virtual ~ServerCall() = default;
  virtual void Proceed(bool ok) = 0;
};

class UnaryServerCall : public ServerCall {
 public:
  UnaryServerCall(QueueService *service, grpc::ServerCompletionQueue *queue)
      : service_(service), queue_(queue), responder_(&context_) {
    service->RequestAsyncUnary(0, &context_, &message_, &responder_, queue, queue, this);
  }

  void Proceed(bool ok) override {
    if (!ok || finished_) return delete this;
    new UnaryServerCall(service_, queue_);
    finished_ = true;
    responder_.Finish(message_, grpc::Status::OK, this);
  }

 private:
  QueueService *service_;
  grpc::ServerCompletionQueue *queue_;
  grpc::ServerContext context_;
  grpc::ServerAsyncResponseWriter<ByteBuffer> responder_;
  ByteBuffer message_;
  bool finished_ = false;
};

class StreamServerCall : public ServerCall {
 public:
  StreamServerCall(QueueService *service, grpc::ServerCompletionQueue *queue) : stream_(&context_) {
    service->RequestAsyncBidiStreaming(1, &context_, &stream_, queue, queue, this);
  }

  void Proceed(bool ok) override {
    switch (state_) {
      case State::kAccept:
      case State::kWrite:
        if (!ok) return delete this;
        state_ = State::kRead;
        return stream_.Read(&message_, this);
      case State::kRead:
        state_ = ok ? State::kWrite : State::kFinish;
        return ok ? stream_.Write(message_, this) : stream_.Finish(grpc::Status::OK, this);
      case State::kFinish:
        return delete this;
    }
  }

 private:
  enum class State { kAccept, kRead, kWrite, kFinish };
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<ByteBuffer, ByteBuffer> stream_;
  ByteBuffer message_;
  State state_ = State::kAccept;
};

void Await(grpc::CompletionQueue *queue, int events) {
  void *tag;
  bool ok;
  for (int event = 0; event < events; ++event) Check(queue->Next(&tag, &ok) && ok, "an operation failed");
}

double Unary(grpc::GenericStub *stub, grpc::CompletionQueue *queue, int calls, size_t bytes) {
  const ByteBuffer request = Message(bytes);
  Samples samples(calls);
  while (!samples.complete()) {
    samples.Start();
    grpc::ClientContext context;
    ByteBuffer answer;
    grpc::Status status;
    auto call = stub->PrepareUnaryCall(&context, kUnary, request, queue);
    call->StartCall();
    call->Finish(&answer, &status, nullptr);
    Await(queue, 1);
    Check(status.ok() && answer.Length() == bytes, "a unary call failed");
    samples.Stop();
  }
  return samples.Median();
}

double PingPong(grpc::GenericStub *stub, grpc::CompletionQueue *queue, int calls, size_t bytes) {
  const ByteBuffer message = Message(bytes);
  Samples samples(calls);
  grpc::ClientContext context;
  auto stream = stub->PrepareCall(&context, kStream, queue);
  stream->StartCall(nullptr);
  Await(queue, 1);
  ByteBuffer answer;
  while (!samples.complete()) {
    samples.Start();
    stream->Read(&answer, nullptr);
    stream->Write(message, nullptr);
    Await(queue, 2);
    samples.Stop();
  }
  stream->WritesDone(nullptr);
  Await(queue, 1);
  grpc::Status status;
  stream->Finish(&status, nullptr);
  Await(queue, 1);
  Check(status.ok(), "the stream ended badly");
  return samples.Median();
}

}  // namespace

Medians RunCompletionQueue(int calls) {
  QueueService service;
  std::unique_ptr<grpc::ServerCompletionQueue> server_queue;
  int port = 0;
  const auto server =
      StartServer(&service, &port, [&](grpc::ServerBuilder &builder) { server_queue = builder.AddCompletionQueue(); });
  new UnaryServerCall(&service, server_queue.get());
  new StreamServerCall(&service, server_queue.get());
  std::thread serving([&] {
    void *tag;
    bool ok;
    while (server_queue->Next(&tag, &ok)) static_cast<ServerCall *>(tag)->Proceed(ok);
  });
  Medians medians;
  {
    grpc::GenericStub stub(Connect(port));
    grpc::CompletionQueue queue;
    medians = {Unary(&stub, &queue, calls, 64), Unary(&stub, &queue, calls, 65536), PingPong(&stub, &queue, calls, 64)};
    queue.Shutdown();
    void *tag;
    bool ok;
    while (queue.Next(&tag, &ok)) {
    }
  }
  server->Shutdown();
  server_queue->Shutdown();
  serving.join();
  return medians;
}

}  // namespace bench
