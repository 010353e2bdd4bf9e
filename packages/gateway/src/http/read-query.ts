import { CaioError } from "@caio/core";
import type { z } from "zod";

/** A query, a path or a small body by its schema. @throws CaioError `InvalidRequest` that names the first thing wrong */
export function readQuery<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "the request" : issue.path.join(".");
  throw new CaioError("InvalidRequest", `At ${place}: ${issue?.message ?? "another value expected"}.`, { details: { at: place } });
}
