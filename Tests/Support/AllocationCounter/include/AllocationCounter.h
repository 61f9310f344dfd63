#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted in this build: not under sanitizers, which bring their own allocator.
bool allocation_counter_works(void);

/// Heap allocations of the calling thread since it began.
uint64_t allocation_count(void);
