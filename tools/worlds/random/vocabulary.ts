/** The words of random worlds: few, so that they meet. */

export const TENANTS = ["acme", "beta-corp", "c0", "delta", "echo", "zeta-9"] as const;

/** Some are prefixes of others; `inference.chatty` begins with `inference.chat` and does not refine it. */
export const CAPABILITY_TYPES = [
  "embeddings",
  "inference",
  "inference.chat",
  "inference.chat.long",
  "inference.chatty",
  "inference.completion",
  "language.identify",
  "language.translate",
  "language",
  "vision.ocr",
  "vision.ocr.table",
] as const;

export const LANGUAGES = ["de", "en", "fr", "ja", "pt-br"] as const;
export const REGIONS = ["ap", "eu", "uk", "us"] as const;
export const PERMISSIONS = ["admin", "chat", "identify", "ocr", "read"] as const;
export const LABELS = ["finance", "health", "internal", "payment_card", "personal"] as const;
export const DETECTED_LABELS = ["email", "iban", "payment_card", "phone"] as const;
export const CATEGORIES = ["code", "medical", "question", "self_harm", "weapons"] as const;
export const COMPLIANCE = ["gdpr", "hipaa", "soc2"] as const;
export const MEDIA_TYPES = ["application/json", "image/png", "text/plain"] as const;
export const TAGS = ["chat", "fast", "new", "ocr"] as const;
export const PROVIDERS = ["demo", "house", "other"] as const;
export const OBLIGATIONS = ["human_approval", "log", "redact"] as const;

/** The policy's own currency, two with a rate, one without. */
export const CURRENCY = "USD";
export const RATES = { EUR: 1_080_000_000_000, JPY: 6_451_613_000 } as const;
export const UNKNOWN_CURRENCY = "XTS";

export const COVERAGES = [500_000, 900_000, 949_999, 950_000, 950_001, 990_000, 999_000, 1_000_000] as const;
/** Microseconds. */
export const LATENCIES = [50_000, 120_000, 400_000, 400_001, 800_000, 1_500_000, 2_999_999, 3_000_000] as const;
/** Micros. */
export const RATIOS = [500_000, 800_000, 899_999, 900_000, 900_001, 950_000, 990_000, 999_000, 1_000_000] as const;
export const TOKENS = [0, 1, 64, 100, 255, 256, 257, 512, 900, 1_000, 1_024, 4_096] as const;
export const CONTEXT_SIZES = [512, 1_024, 1_280, 2_048, 4_096, 8_192, 32_768, 131_072] as const;
/** Pico-units for one token. */
export const TOKEN_PRICES = [0, 0, 1, 100_000, 150_000, 600_000, 2_500_000, 33_333_333] as const;
/** Pico-units for one call. */
export const CALL_PRICES = [0, 1, 999_999, 1_000_000, 1_000_001, 500_000_000, 1_000_000_000, 10_000_000_000] as const;

/** The 2025-11-24T16:00:00Z of most worlds, in milliseconds. */
export const NOON = 1_764_000_000_000;
