#pragma once
#include "octavo/v1/admin.pb-c.h"
#include "octavo/v1/inference.pb-c.h"
#include "octavo/v1/registry.pb-c.h"
#include "octavo/v1/worker.pb-c.h"
