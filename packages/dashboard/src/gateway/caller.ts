import { createContext } from "preact";
import { useContext } from "preact/hooks";
import * as z from "zod/mini";

/** `GET /api/v1/caller`. */
export const callerReply = z.object({ tenant: z.string(), permissions: z.array(z.string()), admin: z.boolean() });

/** Whether the key in use is an administrator's: what others may not do is not offered to them. */
export const IsAdmin = createContext(false);

export function useIsAdmin(): boolean {
  return useContext(IsAdmin);
}
