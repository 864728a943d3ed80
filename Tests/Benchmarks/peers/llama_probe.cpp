// What llama-bench does not tell: the time from the start of loading to a first token, and the resident memory after a
// prompt and a greedy decoding at batch 1. Prints one JSON object.
//
// usage: llama_probe MODEL THREADS CONTEXT PROMPT GENERATED

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "llama.h"

namespace {

// A field of /proc/self/status, in bytes.
long long residentBytes(const std::string &field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(field + ":", 0) == 0) return std::atoll(line.c_str() + field.size() + 1) * 1024;
  }
  return 0;
}

[[noreturn]] void fail(const char *what) {
  std::fprintf(stderr, "llama_probe: %s\n", what);
  std::exit(1);
}

// Runs the tokens after what the cache holds and returns the likeliest next one.
llama_token next(llama_context *context, std::vector<llama_token> tokens, int vocabulary) {
  if (llama_decode(context, llama_batch_get_one(tokens.data(), static_cast<int32_t>(tokens.size()))) != 0) {
    fail("llama_decode failed");
  }
  const float *logits = llama_get_logits_ith(context, -1);
  return static_cast<llama_token>(std::max_element(logits, logits + vocabulary) - logits);
}

}  // namespace

int main(int count, char **arguments) {
  if (count != 6) fail("usage: llama_probe MODEL THREADS CONTEXT PROMPT GENERATED");
  const int threads = std::atoi(arguments[2]);
  ggml_backend_load_all();
  llama_backend_init();

  const auto began = std::chrono::steady_clock::now();
  llama_model *model = llama_model_load_from_file(arguments[1], llama_model_default_params());
  if (!model) fail("the model does not load");
  llama_context_params settings = llama_context_default_params();
  settings.n_ctx = static_cast<uint32_t>(std::atoi(arguments[3]));
  settings.n_threads = settings.n_threads_batch = threads;
  llama_context *context = llama_init_from_model(model, settings);
  if (!context) fail("no context");
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  next(context, {1}, vocabulary);
  const std::chrono::duration<double> load = std::chrono::steady_clock::now() - began;

  std::vector<llama_token> prompt(static_cast<size_t>(std::atoi(arguments[4])));
  for (llama_token &token : prompt) token = std::rand() % vocabulary;
  llama_token token = next(context, prompt, vocabulary);
  for (int index = 1; index < std::atoi(arguments[5]); ++index) token = next(context, {token}, vocabulary);

  std::printf("{\"load\": %.6f, \"resident\": {\"now\": %lld, \"peak\": %lld}}\n", load.count(), residentBytes("VmRSS"),
              residentBytes("VmHWM"));
  llama_free(context);
  llama_model_free(model);
}
