#define _GNU_SOURCE
#include "CGRPCShims.h"

#include <pthread.h>
#include <stdio.h>

void octavo_grpc_name_thread(const char *name) {
  char cut[16];
  snprintf(cut, sizeof cut, "%s", name);
  pthread_setname_np(pthread_self(), cut);
}
