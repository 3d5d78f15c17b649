/**
 * Runs `work` for at most so long, in milliseconds. Ends by itself: the AWS SDK heeds an abort while it waits for an
 * answer, but not while it waits to try again.
 * @throws DOMException TimeoutError, or whatever `work` throws
 */
export const withinDeadline = async <T>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DOMException('It took too long', 'TimeoutError'));
      abort.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
};
