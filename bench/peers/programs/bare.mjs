/** Node with better-sqlite3 and nothing else: an open database, and something to wait for. Not TypeScript, whose removal takes 20 MB. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

const database = new Database(join(process.env.BENCH_LOGS ?? '', 'bare.db'));
database.pragma('journal_mode = WAL');
database.exec('CREATE TABLE jobs (id TEXT PRIMARY KEY) STRICT');
process.stdin.once('end', () => database.close()).resume();
process.stdout.write(`${process.pid}\n`);
