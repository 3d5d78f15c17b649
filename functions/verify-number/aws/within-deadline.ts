/** Limits the duration of work that waits for a service. */

/**
 * Runs `work` for at most `deadlineMs` milliseconds. Rejects at the deadline even if the work ignores the signal: the AWS
 * SDK aborts while it waits for a response, but not while it waits before a retry.
 * @throws DOMException TimeoutError, or what `work` throws
 */
export const withinDeadline = async <T>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DOMException(`Not finished after ${deadlineMs} ms`, 'TimeoutError'));
      controller.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([work(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
};
