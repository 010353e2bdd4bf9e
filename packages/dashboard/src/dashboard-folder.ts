/**
 * The folder of the built page: static files, `index.html` among them, for a gateway to serve at any path. Built by
 * `npm run page -w @caio/dashboard`, and in the published package. A `file:` URL that ends in a slash; nothing says that the folder is there.
 *
 * @example
 * ```ts
 * import { dashboardFolder } from "@caio/dashboard";
 *
 * console.log(dashboardFolder.pathname.endsWith("/dist/page/")); // true
 * ```
 */
export const dashboardFolder: URL = new URL("../dist/page/", import.meta.url);
