/**
 * Bytes that the function logged for one successful HTTP request at commit 883245d, before its log line and its metric
 * became one line, in the same measurement.
 */
export const formerLogBytes = 776;

const requestId = '8f507cfc-9cf4-4697-b07a-ac58fc914c95';

/**
 * Lambda's own lines for one request, in its text format. A cold start adds `Init Duration` and an INIT_START line.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
const platformLines = [
  `START RequestId: ${requestId} Version: 12\n`,
  `END RequestId: ${requestId}\n`,
  `REPORT RequestId: ${requestId}\tDuration: 122.67 ms\tBilled Duration: 123 ms\tMemory Size: 512 MB\tMax Memory Used: 93 MB\t\n`,
];

export const platformLogBytes = Buffer.byteLength(platformLines.join(''));
