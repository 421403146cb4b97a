#pragma once
#include <zstd.h>

// glibc shows this one to programs that ask for all of GNU alone. Zero, or -1 with errno.
int syncfs(int descriptor);
