import { archivesShowDamage, copiesGoAnywhere } from "./support/copies.ts";

copiesGoAnywhere(25);
archivesShowDamage(13);
