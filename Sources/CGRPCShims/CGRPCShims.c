#include "CGRPCShims.h"
