/** What distinguishes the events of the two entry points. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Checks the whole shape of an HTTP API event, so that a direct input with some of its fields stays a direct input. */
export const isHttpApiEvent = (event: unknown): event is APIGatewayProxyEventV2 => {
  if (!isObject(event) || !isObject(event['requestContext']) || !isObject(event['headers'])) return false;
  const { version, routeKey, rawPath, isBase64Encoded, requestContext } = event;
  return (
    version === '2.0' &&
    typeof routeKey === 'string' &&
    typeof rawPath === 'string' &&
    typeof isBase64Encoded === 'boolean' &&
    isObject(requestContext['http']) &&
    typeof requestContext['http']['method'] === 'string'
  );
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
