/** Runs a real Celery worker over a private Redis. */
import { Application } from '../../test/engines/celery/application.ts';
import { freePort, type Service, Services } from '../../test/engines/services.ts';
import { installedCelery } from '../../tools/host/celery.ts';

export interface Shop {
  app: Application;
  worker: Service;
  /** The Redis URL without a database number. */
  url: string;
}

export async function withShop<T>(run: (shop: Shop) => Promise<T>): Promise<T> {
  const host = installedCelery();
  if (host === null) throw new Error('Celery and Redis are not installed. Run: npm test -- engines');
  const services = new Services();
  const port = await freePort();
  await services.redis(host.redisServer, port);
  const url = `redis://127.0.0.1:${port}`;
  const app = new Application(services, host, { broker: `${url}/0`, backend: `${url}/1`, gates: `${url}/2` });
  try {
    return await run({ app, worker: await app.worker('w1'), url });
  } finally {
    await app.dispose();
    await services.dispose();
  }
}
