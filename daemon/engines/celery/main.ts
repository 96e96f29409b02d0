/** The bundle `dist/celery.js`, by the names under which the daemon looks for an engine's code. */
export { celeryEngine as open, testCelery as test } from './celery.ts';
