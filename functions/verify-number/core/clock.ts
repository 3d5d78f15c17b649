/** The wall clock in milliseconds. It includes the time in which Lambda freezes the process. */
export interface Clock {
  now(): number;
}
