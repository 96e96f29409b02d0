/** A folder that never responds, like a network drive without its server. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';

/** Whether this process may mount one. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/fuse');

export interface DeadFolder {
  path: string;
  /** Lets all pending accesses fail. The folder stays unusable until it is removed. */
  disconnect(): void;
  remove(): void;
}

/** Mounts a FUSE file system without a server: the kernel waits for one in every access. */
export function deadFolder(path: string): DeadFolder {
  mkdirSync(path, { recursive: true });
  let device: number | null = openSync('/dev/fuse', 'r+');
  const options = `fd=3,rootmode=40000,user_id=0,group_id=0`;
  execFileSync('mount', ['-i', '-t', 'fuse', '-o', options, 'dead', path], {
    stdio: ['ignore', 'ignore', 'inherit', device],
  });
  const disconnect = () => {
    if (device !== null) closeSync(device);
    device = null;
  };
  return {
    path,
    disconnect,
    remove() {
      disconnect();
      execFileSync('umount', ['-l', path]);
    },
  };
}
