/** d of LinUCB: θ has d doubles, A⁻¹ d·d (calculus §6). */
export const LEARNED_SIZE = 16;
/** Doubles of a memory field: real and imaginary parts of 64 samples. */
export const MEMORY_SIZE = 128;
export const healths = ["healthy", "degraded", "unhealthy"] as const;
