import { readBrokenStreams } from "./support/read-broken-streams.ts";

// A sample; the long test has all of them.
readBrokenStreams(["reset", "early_done"]);
