/** The baseline, and command runners with a command-line interface. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cargoFolder, type Peer } from './peer.ts';
import { timed, versionOf } from './shell.ts';

/** The baseline: starts as many processes without a queue, logs or exit codes. */
export const xargs: Peer = {
  name: 'xargs -P2',
  version: () => versionOf('xargs', ['--version']),
  start: async () => ({
    dispatch: (count) => timed(`seq ${count} | xargs -P 2 -I{} /bin/true`, {}),
    stop: async () => undefined,
  }),
};

/** Prints an ID per job. The last two to start are the last to finish. */
export const taskSpooler: Peer = {
  name: 'task-spooler',
  version: () => versionOf('tsp', ['-V'], 'task-spooler'),
  async start(folder) {
    const env = { TS_SOCKET: join(folder, 'socket'), TMPDIR: folder, TS_SLOTS: '2' };
    await timed('tsp -S 2', env);
    return {
      async dispatch(count) {
        const submit = `for n in $(seq ${count}); do tsp /bin/true; done`;
        const took = await timed(`${submit} | tail -n 2 | while read -r id; do tsp -w "$id"; done`, env);
        // Clear finished jobs, or the next round lists them again.
        await timed('tsp -C', env);
        return took;
      },
      stop: async () => void (await timed('tsp -K', env)),
    };
  },
};

/** A queue runs one job at a time, so this uses two. */
export const nq: Peer = {
  name: 'nq',
  version: () => versionOf('nq', ['-h'], 'nq'),
  async start(folder) {
    const queues = [join(folder, 'a'), join(folder, 'b')];
    for (const queue of queues) mkdirSync(queue);
    const [a, b] = queues.map((queue) => `NQDIR=${queue} nq`);
    const submit = `for n in $(seq $COUNT); do ${a} -q /bin/true; ${b} -q /bin/true; done`;
    return {
      async dispatch(count) {
        const took = await timed(`${submit}; ${a} -w; ${b} -w`, { COUNT: String(count / 2) });
        await timed(`rm -f ${queues.map((queue) => `${queue}/,*`).join(' ')}`, {});
        return took;
      },
      stop: async () => undefined,
    };
  },
};

/** Polls for jobs to start every 300 ms. */
export const pueue: Peer = {
  name: 'pueue',
  version: () => versionOf(join(cargoFolder, 'bin/pueue'), ['--version']),
  async start(folder) {
    const config = join(folder, 'config.yml');
    const shared = { pueue_directory: folder, runtime_directory: folder, alias_file: join(folder, 'aliases.yml') };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ shared: { ...shared, use_unix_socket: true }, client: {}, daemon: {} }));
    const daemon = spawn(join(cargoFolder, 'bin/pueued'), ['-c', config], { stdio: 'ignore' });
    const pueue = `${join(cargoFolder, 'bin/pueue')} -c ${config}`;
    while (!existsSync(join(folder, 'pueue.pid')) || !(await answers(`${pueue} status`))) await wait(50);
    await timed(`${pueue} parallel 2`, {});
    return {
      ...(daemon.pid === undefined ? {} : { pid: daemon.pid }),
      async dispatch(count) {
        const submit = `for n in $(seq ${count}); do ${pueue} add -- /bin/true >/dev/null; done`;
        const took = await timed(`${submit}; ${pueue} wait --quiet`, {});
        await timed(`${pueue} clean >/dev/null`, {});
        return took;
      },
      async stop() {
        const ended = once(daemon, 'exit');
        daemon.kill();
        await ended;
      },
    };
  },
};

async function answers(command: string): Promise<boolean> {
  return timed(command, {}).then(
    () => true,
    () => false,
  );
}
