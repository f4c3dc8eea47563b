import { describe, expect, test } from "vitest";
import { ChatFailure, delayAfter, PATIENT, pause, retryAfter, withRetries } from "../src/retry";
import { calm, HASTY } from "./server";

const failing = (times: number, failure: ChatFailure): { calls: number; attempt: () => Promise<string> } => {
  const run = {
    calls: 0,
    attempt: async () => {
      run.calls += 1;
      if (run.calls <= times) throw failure;
      return "done";
    },
  };
  return run;
};

describe("the pause before another try", () => {
  test("doubles with each failure", () => {
    const failure = new ChatFailure("network");
    expect([1, 2, 3, 4].map((failures) => delayAfter(failure, failures, PATIENT, 0))).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
  });

  test("is spread over a quarter, so that browsers do not come back all at once", () => {
    expect(delayAfter(new ChatFailure("network"), 1, PATIENT, 0.999)).toBeCloseTo(1_249.75);
  });

  test("is as long as the server asks", () => {
    expect(delayAfter(new ChatFailure("limited", "", 20_000), 1, PATIENT, 0)).toBe(20_000);
  });

  test("is not taken when the server asks for more than a person would wait", () => {
    expect(delayAfter(new ChatFailure("limited", "", 3_600_000), 1, PATIENT, 0)).toBeNull();
  });

  test("is not taken after the last try", () => {
    expect(delayAfter(new ChatFailure("unavailable"), 5, PATIENT, 0)).toBeNull();
  });

  test("stays short while a turn is under way, and is taken more often", () => {
    expect(delayAfter(new ChatFailure("busy", "", 1_000), 19, PATIENT, 0)).toBe(1_000);
    expect(delayAfter(new ChatFailure("busy", "", 1_000), 20, PATIENT, 0)).toBeNull();
  });

  test.each(["expired", "refused"] as const)("is not taken when trying again cannot help (%s)", (kind) => {
    expect(delayAfter(new ChatFailure(kind), 1, PATIENT, 0)).toBeNull();
  });
});

describe("trying again", () => {
  test("ends with the first success, and tells of each pause", async () => {
    const run = failing(2, new ChatFailure("network"));
    let pauses = 0;
    await expect(withRetries(run.attempt, HASTY, calm(), () => (pauses += 1))).resolves.toBe("done");
    expect([run.calls, pauses]).toEqual([3, 2]);
  });

  test("is bounded", async () => {
    const run = failing(Infinity, new ChatFailure("unavailable"));
    await expect(withRetries(run.attempt, HASTY, calm())).rejects.toMatchObject({ kind: "unavailable" });
    expect(run.calls).toBe(5);
  });

  test("leaves an error of the program alone", async () => {
    const attempt = (): Promise<never> => Promise.reject(new RangeError("a bug"));
    await expect(withRetries(attempt, HASTY, calm())).rejects.toBeInstanceOf(RangeError);
  });

  test("stops at once when it is called off", async () => {
    const controller = new AbortController();
    const run = failing(Infinity, new ChatFailure("network"));
    const trying = withRetries(run.attempt, PATIENT, controller.signal, () => controller.abort());
    await expect(trying).rejects.toMatchObject({ name: "AbortError" });
    expect(run.calls).toBe(1);
  });

  test("does not pause at all once called off", async () => {
    await expect(pause(60_000, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a Retry-After header", () => {
  test("counts in seconds", () => expect(retryAfter("7")).toBe(7_000));
  test("may be a date", () =>
    expect(retryAfter("Wed, 01 Jul 2026 10:00:05 GMT", Date.UTC(2026, 6, 1, 10))).toBe(5_000));
  test("in the past asks for no wait", () => expect(retryAfter("Wed, 01 Jul 2020 10:00:00 GMT")).toBe(0));
  test.each([null, "", "bientôt"])("that is absent or unreadable says nothing (%s)", (header) =>
    expect(retryAfter(header)).toBeNull(),
  );
});
