/** Routes on definition files. */
import { AddDefinitions, DefinitionFile, DefinitionFolder, DefinitionList } from '../../../shared/definitions/wire.ts';
import { ClearReply } from '../../../shared/protocol.ts';
import type { DefinitionCommands } from '../../definitions/ports.ts';
import type { Router } from '../router.ts';
import { failures, NoQuery } from '../schemas.ts';

export interface DefinitionRoutesDeps {
  definitions: DefinitionCommands;
}

export function definitionRoutes(router: Router, { definitions }: DefinitionRoutesDeps): void {
  router.get(
    '/v1/definitions',
    { schema: { querystring: NoQuery, response: { 200: DefinitionList, ...failures } } },
    async () => definitions.list(),
  );

  router.post(
    '/v1/definitions/files',
    { schema: { querystring: NoQuery, body: AddDefinitions, response: { 200: DefinitionFile, ...failures } } },
    async ({ body }) => definitions.add(body.folder, body.digest),
  );

  router.delete(
    '/v1/definitions/files',
    { schema: { querystring: DefinitionFolder, response: { 200: ClearReply, ...failures } } },
    async ({ query }) => {
      await definitions.remove(query.folder);
      return { removed: 1 };
    },
  );
}
