#include "COctavoProto.h"
