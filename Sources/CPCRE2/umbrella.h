// PCRE2 with 8-bit code units, as Debian's libpcre2-dev has it. Tokenizers is the only importer: a system module
// declares nothing of its own, so this header and the module map are all of it.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
