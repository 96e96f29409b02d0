/** `GET /v1/openapi.json`: made when it is first asked for, of the routes there are. */
import type { RouteOptions } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { DescribedRoute } from '../openapi/document.ts';
import type { Router } from '../router.ts';
import { failures, NoQuery } from '../schemas.ts';

/** Call it before the other routes are registered: it listens for them. */
export function openapiRoute(router: Router, { port }: { port(): number }): void {
  const routes: DescribedRoute[] = [];
  router.addHook('onRoute', (route) => {
    routes.push(...described(route));
  });
  let made: Promise<Record<string, unknown>> | null = null;
  const schema = {
    querystring: NoQuery,
    response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'OpenAPI 3.1' }), ...failures },
  };
  router.get('/v1/openapi.json', { schema }, async () => {
    // Nobody else needs what makes it.
    made ??= import('../openapi/document.ts').then(({ openApiDocument }) => openApiDocument(routes, port()));
    return made;
  });
}

function described({ method, url, schema, config }: RouteOptions): DescribedRoute[] {
  const own = (schema ?? {}) as Record<string, TSchema> & Pick<DescribedRoute, 'response' | 'summary'>;
  return [method].flat().map((one) => ({ ...own, ...config, method: one, url }));
}
