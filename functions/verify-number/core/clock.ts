/** Milliseconds by the wall clock, so that what passes while Lambda has the process frozen counts too. */
export interface Clock {
  now(): number;
}
