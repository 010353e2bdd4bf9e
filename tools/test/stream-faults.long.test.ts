import { streamFaults } from "@caio/fakes";

import { breakStreams } from "./support/break-streams.ts";

breakStreams(streamFaults);
