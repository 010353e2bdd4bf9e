// Where the built page is
export { dashboardFolder } from "./dashboard-folder.ts";
