// Fails when the bundle weighs more than a landlord's connection should carry.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 30_000;
const bundle = new URL("../../portal/static/chat/offre-bailleurs-chat.js", import.meta.url);
const size = gzipSync(readFileSync(bundle), { level: 9 }).length;
console.log(`offre-bailleurs-chat.js: ${size} bytes gzip (limit ${LIMIT})`);
if (size > LIMIT) process.exitCode = 1;
