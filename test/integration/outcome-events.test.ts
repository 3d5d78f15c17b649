import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../docs/outcome-event.schema.json' with { type: 'json' };
import { collectLogLines, deliverLines } from '../support/outcome-events-run.ts';

const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(schema);
const requests = 120;

describe('the bundle of the outcome events', () => {
  let lines: string[];
  let confidential: string[];
  beforeAll(async () => {
    ({ lines, confidential } = await collectLogLines(requests));
  });

  const countDistinct = (details: readonly string[]): number =>
    new Set(details.map((detail) => JSON.parse(detail).request_id)).size;

  it('sends an event of the schema for each request, and drops other lines', async () => {
    const others = ['START RequestId: 1', '{"type":"platform.report"}', '{"outcome":"Verified"}'];
    const { accepted, queued, details } = await deliverLines([...others, ...lines], () => undefined);

    expect(accepted).toHaveLength(requests);
    expect(queued).toEqual([]);
    expect(countDistinct(details)).toBe(requests);
    for (const detail of details) {
      expect([validate(JSON.parse(detail)), validate.errors]).toEqual([true, null]);
    }
    for (const { Source, DetailType, EventBusName, Detail = '' } of accepted) {
      const isVerified = JSON.parse(Detail).outcome === 'Verified';
      expect({ Source, DetailType, EventBusName }).toEqual({
        Source: 'kaleyra.number-verification',
        DetailType: isVerified ? 'Number Verified' : 'Number Verification Failed',
        EventBusName: 'arn:aws:events:ap-south-1:111122223333:event-bus/default',
      });
    }
    expect(new Set(accepted.map(({ DetailType }) => DetailType)).size).toBe(2);
    expect(confidential.filter((value) => details.join('\n').includes(value))).toEqual([]);
  });

  it('sends rejected entries again', async () => {
    let calls = 0;
    const faults = ['throttled', 'partial', 'reset', 'failed'] as const;
    const { accepted, queued } = await deliverLines(lines, () => {
      calls += 1;
      return calls <= 20 ? faults[calls % faults.length] : undefined;
    });
    expect(countDistinct(accepted.map(({ Detail = '' }) => Detail))).toBe(requests);
    expect(queued).toEqual([]);
  });

  it('puts what the bus does not accept into the queue, as entries for put-events', async () => {
    const { accepted, queued, details } = await deliverLines(lines, (target) =>
      target === 'bus' ? 'failed' : undefined,
    );
    expect(accepted).toEqual([]);
    expect(queued[0]).toHaveProperty('DetailType');
    expect(countDistinct(details)).toBe(requests);
  });

  it('uses the queue without asking the bus when the time is nearly over', async () => {
    const targets: string[] = [];
    const record = (target: string) => {
      targets.push(target);
      return undefined;
    };
    const { details } = await deliverLines(lines, record, 1000);
    expect(new Set(targets)).toEqual(new Set(['queue']));
    expect(countDistinct(details)).toBe(requests);
  });

  it('fails if the queue fails too, so that Lambda repeats the invocation', async () => {
    await expect(deliverLines(lines.slice(0, 1), () => 'throttled', 1000)).rejects.toThrow();
  });
});
