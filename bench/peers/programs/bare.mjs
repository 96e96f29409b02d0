/** Node with better-sqlite3, an open database and a pending timer. JavaScript, because type stripping takes 20 MB. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

const database = new Database(join(process.env.BENCH_LOGS ?? '', 'bare.db'));
database.pragma('journal_mode = WAL');
database.exec('CREATE TABLE jobs (id TEXT PRIMARY KEY) STRICT');
process.stdin.once('end', () => database.close()).resume();
process.stdout.write(`${process.pid}\n`);
