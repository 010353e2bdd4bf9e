import { breakStreams } from "./support/break-streams.ts";

// A sample; the long test has all of them.
breakStreams(["cut"]);
