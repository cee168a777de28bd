import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import {
  digestRequestSchema,
  pullRequestSchema,
  pushRequestSchema,
  resolveRequestSchema,
} from '../../../core/protocol/messages.ts';
import { rollbackRequestSchema } from '../../../core/protocol/rollback.ts';
import { isDeeperThan } from '../../decide/json-depth.ts';
import { syncRoutes } from '../sync-routes.ts';
import { dotnetAnswer, validationTitle } from './answers.ts';
import { bindBody } from './bind-body.ts';
import { addKestrelLimits, jsonDepthMax } from './limits.ts';
import { unreadable, type ValidationErrors, validationErrors } from './validation-errors.ts';

const bodies: Readonly<Record<string, z.core.$ZodType>> = {
  pull: pullRequestSchema,
  push: pushRequestSchema,
  resolve: resolveRequestSchema,
  digest: digestRequestSchema,
  rollback: rollbackRequestSchema,
};

/**
 * Makes a server answer as ASP.NET Core 8 does by default: the same decisions, in other clothes. To be added behind faults and
 * before everything else that touches requests and answers.
 */
export function addDotnetFlavour(app: FastifyInstance): void {
  addKestrelLimits(app);
  app.addHook('preHandler', async (request, reply) => {
    const schema = bodies[callAt(request.routeOptions.url)];
    if (schema === undefined) return;
    const bound = bindBody(schema, request.body);
    const errors = faultsOf(schema, bound);
    if (errors === null) request.body = bound;
    else
      await reply
        .code(400)
        .type('application/json')
        .send(JSON.stringify({ title: validationTitle, errors }));
  });
  app.addHook('onSend', async (request, reply, payload) => dotnetAnswer(request, reply, payload));
}

function callAt(url: string | undefined): string {
  return syncRoutes.find((route) => route.url === url)?.name ?? '';
}

/** What model binding finds wrong with a body; null: nothing, the decision is the contract's. */
function faultsOf(schema: z.core.$ZodType, body: unknown): ValidationErrors | null {
  if (isDeeperThan(body, jsonDepthMax)) {
    return unreadable('$', `The maximum configured depth of ${jsonDepthMax} has been exceeded. Path: $.`);
  }
  const parsed = z.core.safeParse(schema, body);
  return parsed.success ? null : validationErrors(parsed.error.issues, body);
}
