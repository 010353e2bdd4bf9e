/** D, the number of complex samples of a field (calculus §0). */
export const FIELD_SIZE = 64;

/**
 * A field Ψ ∈ ℂ^64: 128 integers in micros, real and imaginary part interleaved. Fields cross every border in this form,
 * so that what is computed from them is the same on every engine.
 */
export type Field = readonly number[];
