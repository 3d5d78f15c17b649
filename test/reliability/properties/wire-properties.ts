import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue, Failure } from '../../../functions/verify-number/core/failures.ts';
import { rawSample, startRawKaleyra } from '../../support/raw-kaleyra.ts';
import { toRawResponse } from '../../support/raw-server.ts';
import { idDigits, kaleyraAnswer, plantedOtp } from './arbitraries.ts';
import { assertNothingLeaked } from './promises.ts';

/** Whatever digits an id has, they are what leaves, as a bare number wherever JSON has such a number. */
export const digitsUnchanged = async (cases: number): Promise<void> => {
  // Takes neither form, so that the client remembers none and each id goes out in both.
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
  kaleyraAnswer.map(({ status, body }) => toRawResponse(body.toString('latin1'), {}, `${status} X`)),
  kaleyraAnswer.map(({ status, body }) =>
    toRawResponse(body.toString('latin1'), { 'content-length': String(body.length + 7) }, `${status} X`),
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => `HTTP/1.1 ${text}`),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => `HTTP/1.1 200 OK\r\n${text}\r\n\r\n`),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
);

/** Whatever bytes come back before the connection ends, the call ends in the catalogue, and the request was made but once. */
export const anyBytesBack = async (cases: number): Promise<void> => {
  let bytes = '';
  const kaleyra = await startRawKaleyra({ onRequest: (socket) => socket.end(bytes, 'latin1') });
  try {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (answer) => {
        bytes = answer;
        // Whether a connection that may end is reused is not this property's matter.
        kaleyra.clock.pass(60_000);
        const before = kaleyra.server.requests.length;
        const told = await kaleyra.verify({ otp: plantedOtp }).catch((thrown: unknown) => thrown);
        if (told instanceof Error) {
          assert.ok(told instanceof Failure, `${told.name} was thrown`);
          assert.ok(Object.hasOwn(catalogue, told.code) && told.code !== 'InternalError');
        }
        assertNothingLeaked(told);
        const asked = kaleyra.server.requests.length - before;
        // For the other form of id, and then once more if the connection has ended meanwhile.
        assert.ok(asked === 1 || (asked <= 3 && answer.includes('WA400')), `asked ${asked} times`);
      }),
      { numRuns: cases },
    );
  } finally {
    await kaleyra.close();
  }
};
