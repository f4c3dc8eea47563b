/** The stand-in behind a real HTTP server on a free port, and what tests wait with. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StandIn } from "../dev/stand-in";
import type { RetryPolicy } from "../src/retry";

/** The widget's own policy at a thousandth of its delays. */
export const HASTY: RetryPolicy = { tries: 5, busyTries: 20, firstDelay: 1, longestDelay: 1_000 };

export class TestServer {
  readonly standIn = new StandIn();
  readonly #server: Server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/chat/identite") this.standIn.identity(response);
    else void this.standIn.chat(request, response, path.replace("/webhooks/webchat", ""));
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get chatUrl(): string {
    return `${this.origin}/webhooks/webchat`;
  }

  get identityUrl(): string {
    return `${this.origin}/chat/identite`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A tab's storage, kept over "reloads" by keeping the object. */
export class MemoryStorage {
  readonly values = new Map<string, string>();

  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }

  removeItem(key: string): void {
    this.values.delete(key);
  }
}

/** A signal that nobody aborts. */
export function calm(): AbortSignal {
  return new AbortController().signal;
}
