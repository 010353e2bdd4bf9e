import { streamFaults } from "@caio/fakes";

import { readBrokenStreams } from "./support/read-broken-streams.ts";

readBrokenStreams(streamFaults);
