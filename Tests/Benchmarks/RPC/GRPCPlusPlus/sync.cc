// Blocking calls on both sides: the server has a pool of threads, the client's thread waits in each call.
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/support/sync_stream.h>

#include "bench.h"

namespace bench {
namespace {

using grpc::ByteBuffer;
using grpc::internal::RpcMethod;

using Stream = grpc::ServerReaderWriter<ByteBuffer, ByteBuffer>;

grpc::Status EchoUnary(grpc::Service *, grpc::ServerContext *, const ByteBuffer *request, ByteBuffer *answer) {
  *answer = *request;
  return grpc::Status::OK;
}

grpc::Status EchoStream(grpc::Service *, grpc::ServerContext *, Stream *stream) {
  ByteBuffer message;
  while (stream->Read(&message)) stream->Write(message);
  return grpc::Status::OK;
}

double Unary(const std::shared_ptr<grpc::Channel> &channel, int calls, size_t bytes) {
  const RpcMethod method(kUnary, nullptr, RpcMethod::NORMAL_RPC, channel);
  const ByteBuffer request = Message(bytes);
  Samples samples(calls);
  while (!samples.complete()) {
    samples.Start();
    grpc::ClientContext context;
    ByteBuffer answer;
    const auto status =
        grpc::internal::BlockingUnaryCall<ByteBuffer, ByteBuffer>(channel.get(), method, &context, request, &answer);
    Check(status.ok() && answer.Length() == bytes, "a unary call failed");
    samples.Stop();
  }
  return samples.Median();
}

double PingPong(const std::shared_ptr<grpc::Channel> &channel, int calls, size_t bytes) {
  const RpcMethod method(kStream, nullptr, RpcMethod::BIDI_STREAMING, channel);
  const ByteBuffer message = Message(bytes);
  Samples samples(calls);
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<ByteBuffer, ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<ByteBuffer, ByteBuffer>::Create(channel.get(), method, &context));
  ByteBuffer answer;
  while (!samples.complete()) {
    samples.Start();
    Check(stream->Write(message) && stream->Read(&answer), "the stream broke off");
    samples.Stop();
  }
  stream->WritesDone();
  Check(!stream->Read(&answer) && stream->Finish().ok(), "the stream ended badly");
  return samples.Median();
}

}  // namespace

Medians RunSync(int calls) {
  using UnaryHandler = grpc::internal::RpcMethodHandler<grpc::Service, ByteBuffer, ByteBuffer>;
  using StreamHandler = grpc::internal::BidiStreamingHandler<grpc::Service, ByteBuffer, ByteBuffer>;
  EchoService service(new UnaryHandler(EchoUnary, nullptr), new StreamHandler(EchoStream, nullptr));
  int port = 0;
  const auto server = StartServer(&service, &port, [](grpc::ServerBuilder &) {});
  Medians medians;
  {
    const auto channel = Connect(port);
    medians = {Unary(channel, calls, 64), Unary(channel, calls, 65536), PingPong(channel, calls, 64)};
  }
  server->Shutdown();
  return medians;
}

}  // namespace bench
