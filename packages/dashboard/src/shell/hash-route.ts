import { useEffect, useState } from "preact/hooks";

/** Where the page stands: `#/decisions/ID?outcome=refused` is the view `decisions`, the parts `["ID"]`, and its terms. */
export interface Route {
  readonly view: string;
  readonly parts: readonly string[];
  readonly terms: URLSearchParams;
}

/** Reads a hash. What cannot be decoded stays as it is written. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...parts] = path.split("/").map(decoded);
  return { view, parts: parts.filter((part) => part !== ""), terms: new URLSearchParams(query) };
}

/** The address of a view within the page. */
export function hashOf(view: string, parts: readonly string[] = [], terms: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(terms).toString();
  return `#/${[view, ...parts].map((part) => encodeURIComponent(part)).join("/")}${query === "" ? "" : `?${query}`}`;
}

/** The route, which follows the address bar. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => { setHash(location.hash); };
    addEventListener("hashchange", follow);
    return () => { removeEventListener("hashchange", follow); };
  }, []);
  return routeOf(hash);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
