/** `GET /v1/openapi.json`: generated from the routes on the first request. */
import type { RouteOptions } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { DescribedRoute } from '../openapi/document.ts';
import type { Router } from '../router.ts';
import { failures, NoQuery } from '../schemas.ts';

/** Must be called before the other routes are registered, because it collects them. */
export function openapiRoute(router: Router, { port }: { port(): number }): void {
  const routes: DescribedRoute[] = [];
  router.addHook('onRoute', (route) => {
    routes.push(...described(route));
  });
  let document: Promise<Record<string, unknown>> | null = null;
  const schema = {
    querystring: NoQuery,
    response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'OpenAPI 3.1' }), ...failures },
  };
  router.get('/v1/openapi.json', { schema }, async () => {
    // Loaded only when someone asks for the document.
    document ??= import('../openapi/document.ts').then(({ openApiDocument }) => openApiDocument(routes, port()));
    return document;
  });
}

function described({ method, url, schema, config }: RouteOptions): DescribedRoute[] {
  const own = (schema ?? {}) as Record<string, TSchema> & Pick<DescribedRoute, 'response' | 'summary'>;
  return [method].flat().map((one) => ({ ...own, ...config, method: one, url }));
}
