/** A clock that stands still until a test moves it. */
export const createManualClock = (startsAt = 1_800_000_000_000) => {
  let now = startsAt;
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
};
