/** The fake upstream of a measurement in a process of its own; with `--bare`, a bare proxy in front of the address that follows. */
import process from "node:process";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { startBareProxy } from "../bare-proxy.ts";

const [flag, upstream] = process.argv.slice(2);
const baseURL = flag === "--bare" && upstream !== undefined ? (await startBareProxy(upstream)).baseURL : (await FakeOpenAiUpstream.start({ forgetful: true, healthy: true })).baseUrl;
process.stdout.write(`${baseURL}\n`);
