import * as z from 'zod';
import {
  devicesAnswerSchema,
  digestAnswerSchema,
  digestRequestSchema,
  eraseAnswerSchema,
  exportAnswerSchema,
  historyAnswerSchema,
  problemSchema,
  protocolVersion,
  pullAnswerSchema,
  pullRequestSchema,
  pushAnswerSchema,
  pushRequestSchema,
  resolveRequestSchema,
} from '../../core/protocol/messages.ts';
import { calls } from '../../core/protocol/paths.ts';
import { rollbackRequestSchema } from '../../core/protocol/rollback.ts';

const operations = [
  {
    ...calls.pull,
    name: 'pull',
    about: 'Rows after a cursor, and stored verdicts.',
    asks: pullRequestSchema,
    answers: pullAnswerSchema,
  },
  {
    ...calls.push,
    name: 'push',
    about: 'Changes to be judged one by one.',
    asks: pushRequestSchema,
    answers: pushAnswerSchema,
  },
  {
    ...calls.resolve,
    name: 'resolve',
    about: 'Decisions about changes that clashed.',
    asks: resolveRequestSchema,
    answers: pushAnswerSchema,
  },
  {
    ...calls.digest,
    name: 'digest',
    about: 'Counts and hashes of live rows.',
    asks: digestRequestSchema,
    answers: digestAnswerSchema,
  },
  {
    method: 'POST',
    path: '/api/sync/rollback',
    name: 'rollback',
    about: 'An old version written as a new one.',
    asks: rollbackRequestSchema,
    answers: pushAnswerSchema,
  },
  {
    ...calls.history,
    path: `${calls.history.path}/{type}/{id}`,
    name: 'history',
    about: 'The versions of a row, oldest first.',
    asks: null,
    answers: historyAnswerSchema,
  },
  { ...calls.devices, name: 'devices', about: "The user's devices.", asks: null, answers: devicesAnswerSchema },
  {
    method: 'DELETE',
    path: '/api/users/me',
    name: 'erase',
    about: 'Erases all data of the user, for good.',
    asks: null,
    answers: eraseAnswerSchema,
  },
  {
    method: 'GET',
    path: '/api/users/me/export',
    name: 'export',
    about: 'Everything that is kept of the user.',
    asks: null,
    answers: exportAnswerSchema,
  },
] as const;

/** The OpenAPI 3.1 document of the protocol, made from the schemas that both sides parse with. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Guras sync protocol', version: `${protocolVersion}` },
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(problemSchema) },
    },
    paths: Object.fromEntries(
      operations.map((operation) => [operation.path, { [operation.method.toLowerCase()]: describe(operation) }]),
    ),
  };
}

function describe({ name, about, asks, answers, path }: (typeof operations)[number]): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  return {
    operationId: name,
    summary: about,
    parameters: [
      ...names.map((part) => ({ name: part, in: 'path', required: true, schema: { type: 'string' } })),
      ...['X-Device-Id', 'X-Protocol-Version', 'X-Schema-Version', 'traceparent'].map((header) => ({
        name: header,
        in: 'header',
        schema: { type: 'string' },
      })),
    ],
    ...(asks === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(asks) } } } }),
    responses: {
      200: { description: 'The answer.', content: { 'application/json': { schema: jsonSchema(answers) } } },
      default: {
        description: 'A problem (RFC 9457) with a stable code.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function jsonSchema(schema: z.core.$ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
