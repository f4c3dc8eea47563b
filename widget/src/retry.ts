/** What can go wrong with a call, and when trying again makes sense. */

/**
 * - `network`: no usable answer (cut, timeout, a proxy's page): the server may or may not have acted;
 * - `busy`: another turn of the conversation is under way (409), perhaps this very one;
 * - `limited`: too many calls (429);
 * - `unavailable`: the turn could not be completed, nothing was changed (5xx);
 * - `expired`: no or dead token (401);
 * - `refused`: the same call would be refused for ever (400, 403, 413…).
 */
export type FailureKind = "network" | "busy" | "limited" | "unavailable" | "expired" | "refused";

export class ChatFailure extends Error {
  override readonly name = "ChatFailure";

  /**
   * @param detail the server's explanation in French, empty when it gave none.
   * @param retryAfter in milliseconds, null when the server did not say.
   */
  constructor(
    readonly kind: FailureKind,
    readonly detail = "",
    readonly retryAfter: number | null = null,
  ) {
    super(`${kind}: ${detail}`);
  }
}

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** Tries in all while the conversation is busy: a turn under way ends by itself, waiting for it is worth more. */
  readonly busyTries: number;
  /** Milliseconds before the second try; doubles each time. */
  readonly firstDelay: number;
  /** Milliseconds; a server that asks for more is not waited for: the person decides. */
  readonly longestDelay: number;
}

export const PATIENT: RetryPolicy = { tries: 5, busyTries: 20, firstDelay: 1_000, longestDelay: 30_000 };
export const ONCE: RetryPolicy = { ...PATIENT, tries: 1, busyTries: 1 };

/**
 * Milliseconds to wait after a failed try, or null when another try is not worth it.
 *
 * @param failures how many tries failed so far in the same way (busy or not).
 * @param chance in [0, 1[: spreads the tries of many browsers that lost the same server.
 */
export function delayAfter(failure: ChatFailure, failures: number, policy: RetryPolicy, chance: number): number | null {
  if (failure.kind === "expired" || failure.kind === "refused") return null;
  if (failures >= (failure.kind === "busy" ? policy.busyTries : policy.tries)) return null;
  const doublings = failure.kind === "busy" ? 0 : failures - 1;
  const backoff = policy.firstDelay * 2 ** doublings * (1 + chance / 4);
  const delay = Math.max(backoff, failure.retryAfter ?? 0);
  return delay > policy.longestDelay ? null : delay;
}

/**
 * Tries until it works, the failure is final, or the policy is used up.
 *
 * @param onWait called before each pause.
 * @throws ChatFailure the last failure; an `AbortError` as soon as the signal aborts.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
  onWait?: (failure: ChatFailure) => void,
): Promise<T> {
  const failures = { busy: 0, other: 0 };
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ChatFailure)) throw error;
      const count = ++failures[error.kind === "busy" ? "busy" : "other"];
      const delay = delayAfter(error, count, policy, Math.random());
      if (delay === null) throw error;
      onWait?.(error);
      await pause(delay, signal);
    }
  }
}

/** Milliseconds of a `Retry-After` header (seconds or an HTTP date), null when absent or unreadable. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  const delay = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000;
  return Number.isNaN(delay) ? null : Math.max(0, delay);
}

/** @throws AbortError when the signal aborts first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

export function aborted(): DOMException {
  return new DOMException("aborted", "AbortError");
}
