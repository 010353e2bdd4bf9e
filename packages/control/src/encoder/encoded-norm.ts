/**
 * ‖Ψ‖ of an encoded text. At ½ the energy of calculus §9 stays below ½·(4 + m²)·¼ ≈ 0.5 for c = 1, so that the default bound
 * of 1 leaves room for control; at 1 most texts would start above it.
 */
export const ENCODED_NORM = 0.5;
