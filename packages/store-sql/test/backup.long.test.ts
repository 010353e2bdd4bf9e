import { archivesShowDamage, copiesGoAnywhere, restoresRefuseForgeries } from "./support/copies.ts";
import { databaseKinds } from "./support/databases.ts";

copiesGoAnywhere(25);
archivesShowDamage(13);
restoresRefuseForgeries(databaseKinds);
