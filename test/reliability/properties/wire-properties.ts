/** Properties of the client, over real sockets. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure, getDefinition } from '../../../functions/verify-number/core/failures.ts';
import { rawSample, startRawKaleyra } from '../../support/raw-kaleyra.ts';
import { toRawResponse } from '../../support/raw-server.ts';
import { idDigits, kaleyraResponse, plantedOtp } from './arbitraries.ts';
import { assertNothingLeaked } from './promises.ts';

/** An id is sent with its own digits, as a number if JSON has such a number. */
export const digitsUnchanged = async (cases: number): Promise<void> => {
  // Rejects both forms, so that the client remembers neither and sends each id in both.
  const kaleyra = await startRawKaleyra({
    onRequest: (socket) => socket.write(rawSample('payloadRejected')),
  });
  try {
    await fc.assert(
      fc.asyncProperty(idDigits, async (id) => {
        const before = kaleyra.server.requests.length;
        await assert.rejects(kaleyra.verify({ id }), { code: 'PayloadRejected' });
        const forms = /^(0|[1-9][0-9]*)$/.test(id) ? [id, `"${id}"`] : [`"${id}"`];
        assert.deepEqual(
          kaleyra.server.requests.slice(before).map(({ body }) => body),
          forms.map((form) => `{"id":${form},"phone_number":"+919765412345","otp":"671242"}`),
        );
      }),
      { numRuns: cases },
    );
  } finally {
    await kaleyra.close();
  }
};

const anyBytes = fc.oneof(
  kaleyraResponse.map(({ status, body }) => toRawResponse(body.toString('latin1'), {}, `${status} X`)),
  kaleyraResponse.map(({ status, body }) =>
    toRawResponse(body.toString('latin1'), { 'content-length': String(body.length + 7) }, `${status} X`),
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => `HTTP/1.1 ${text}`),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => `HTTP/1.1 200 OK\r\n${text}\r\n\r\n`),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
);

/** Any bytes before the connection ends lead to a code of the catalogue, and the request is sent once. */
export const anyBytesReceived = async (cases: number): Promise<void> => {
  let bytes = '';
  const kaleyra = await startRawKaleyra({ onRequest: (socket) => socket.end(bytes, 'latin1') });
  try {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (received) => {
        bytes = received;
        // So that no connection is used again that is about to end.
        kaleyra.clock.pass(60_000);
        const before = kaleyra.server.requests.length;
        const result = await kaleyra.verify({ otp: plantedOtp }).catch((thrown: unknown) => thrown);
        if (result instanceof Error) {
          assert.ok(result instanceof Failure, `${result.name} was thrown`);
          assert.ok(getDefinition(result.code) && result.code !== 'InternalError');
        }
        assertNothingLeaked(result);
        const sent = kaleyra.server.requests.length - before;
        // Again for the other form of id, and then once more if the connection has ended meanwhile.
        assert.ok(sent === 1 || (sent <= 3 && received.includes('WA400')), `sent ${sent} times`);
      }),
      { numRuns: cases },
    );
  } finally {
    await kaleyra.close();
  }
};
